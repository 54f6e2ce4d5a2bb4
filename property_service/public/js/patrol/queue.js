// Records on their way: kept first, sent by whoever recorded them, dropped only when the server has said that it has them.
(function () {
	"use strict";
	const patrol = window.patrol;
	const state = (patrol.state = {
		session: null, // {user, full_name, rounds, read_at}
		queue: [],
		// "online", "offline" or "signed_out": what the last talk with the server was like
		link: "online",
		told: "",
	});
	let running = null;

	patrol.own = () => state.queue.filter((entry) => state.session && entry.user === state.session.user);
	patrol.others = () => state.queue.filter((entry) => !state.session || entry.user !== state.session.user);
	patrol.waiting_for = (task, checkpoint) =>
		patrol.own().find((entry) => entry.values.task === task && entry.values.checkpoint === checkpoint);

	// Who the browser says is signed in, as far as it knows; the server has the last word.
	function signed_in() {
		const found = document.cookie.split("; ").find((part) => part.startsWith("user_id="));
		const user = found ? decodeURIComponent(found.slice("user_id=".length)) : "";
		return user === "Guest" ? "" : user;
	}

	patrol.load_kept = async function () {
		const session = (await patrol.store.session()) || null;
		// Somebody else's rounds are not shown, not even until the server answers.
		state.session = session && [session.user, ""].includes(signed_in()) ? session : null;
		state.queue = await patrol.store.queue();
	};

	// Keeps a record and tries to send it; resolves as soon as it is kept.
	patrol.add = async function (entry) {
		await patrol.store.put(entry);
		state.queue = await patrol.store.queue();
		patrol.paint();
		// One that is under way has read its list already.
		if (running) running.finally(() => patrol.sync());
		else patrol.sync();
	};

	patrol.forget = async function (entry) {
		await patrol.store.drop(entry.client_key);
		state.queue = await patrol.store.queue();
		patrol.paint();
	};

	patrol.retry = async function (entry) {
		await patrol.store.put({ ...entry, refused: "" });
		state.queue = await patrol.store.queue();
		await patrol.sync();
	};

	// Reads who is signed in and his rounds, then sends what is his. One at a time, in all tabs of this phone.
	patrol.sync = function () {
		if (running) return running;
		const work = () => (navigator.locks ? navigator.locks.request("property-patrol-queue", talk) : talk());
		running = work()
			.catch(told)
			.finally(() => {
				running = null;
				patrol.paint();
			});
		return running;
	};

	function told(failure) {
		if (!(failure instanceof patrol.Failure)) throw failure;
		state.link = failure.kind === "network" ? "offline" : "signed_out";
		state.told = failure.message;
	}

	async function talk() {
		const found = await patrol.begin();
		await take_in(found);
		let sent = 0;
		state.queue = await patrol.store.queue();
		for (const entry of patrol.own().filter((row) => !row.refused)) {
			try {
				mark_done(await patrol.send(entry, found.csrf_token));
				await patrol.store.drop(entry.client_key);
				sent += 1;
			} catch (failure) {
				if (!(failure instanceof patrol.Failure)) throw failure;
				// Signed out, forbidden, no answer: nothing is known to be wrong with the record, so all of them stay.
				if (failure.kind !== "refused") throw failure;
				await patrol.store.put({ ...entry, refused: failure.message });
			}
			state.queue = await patrol.store.queue();
			patrol.paint();
		}
		if (!sent) return;
		await patrol.store.keep_session(state.session);
		patrol.toast(__("Sent: {0}", [sent]), "good");
	}

	// Another person's rounds leave the phone; his waiting records stay, and stay his.
	async function take_in(found) {
		state.link = "online";
		state.told = "";
		state.session = { user: found.user, full_name: found.full_name, rounds: found.rounds, read_at: Date.now() };
		await patrol.store.keep_session(state.session);
		await patrol.store.drop_old_drafts(Date.now());
		patrol.keep_shell();
	}

	function mark_done(answer) {
		const round = state.session.rounds.find((row) => row.name === answer.task);
		const point = round && round.points.find((row) => row.checkpoint === answer.checkpoint);
		if (!point) return;
		round.status = answer.status;
		point.result = answer.result;
	}

	async function read(address) {
		const answer = await fetch(address, { credentials: "same-origin" });
		if (!answer.ok || answer.redirected) throw new Error("not the page");
		return answer;
	}

	// The page, its scripts and styles, all or none of them: what is kept of a page is never half new.
	let shell_kept = false;
	patrol.keep_shell = async function () {
		if (shell_kept || !window.caches || !navigator.serviceWorker) return;
		shell_kept = true;
		try {
			const page = await read("/patrol");
			// Its own parts, not those of the page shown: that one may be older.
			const found = new DOMParser().parseFromString(await page.clone().text(), "text/html");
			const parts = [...found.querySelectorAll("script[src], link[rel=stylesheet]")].map((part) => part.src || part.href);
			const answers = await Promise.all(parts.map(read));
			const cache = await caches.open("property-patrol-shell");
			await Promise.all(answers.map((answer, at) => cache.put(parts[at], answer)));
			await cache.put("/patrol", page);
			const wanted = new Set([new URL("/patrol", location.href).href, ...parts]);
			for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
			document.body.dataset.kept = "yes";
		} catch (error) {
			// tried again the next time the server answers
			shell_kept = false;
		}
	};
})();
