// The door of an event: figures, the list of parties, one tap checks in. Asks the server again every few seconds.
(function () {
	"use strict";
	const boot = JSON.parse(document.getElementById("boot").textContent);
	const api = "property_service.community_life.api.";
	const REFRESH = 12000;
	const SECONDS = 20;
	const MOST_OTHERS = 8;
	window.phone.speak(boot.texts);
	const by = (id) => document.getElementById(id);
	const state = { data: null, marked: boot.registration, others: [], asked: 0, stop: null };

	const say = {
		network: () => __("No connection. Please try again."),
		server: () => __("The server did not answer. Please try again."),
		signed_out: () => __("You are signed out. Sign in and open this page again."),
		forbidden: () => __("You may not do this here."),
	};
	const get = (method, values) =>
		window.phone.call(`${method}?${new URLSearchParams(values)}`, { method: "GET" }, SECONDS, say);
	const post = (method, values) =>
		window.phone.call(
			api + method,
			{ method: "POST", body: new URLSearchParams(values), headers: { "X-Frappe-CSRF-Token": boot.csrf_token } },
			SECONDS,
			say
		);

	function el(name, values, ...children) {
		const made = Object.assign(document.createElement(name), values || {});
		made.append(...children.filter((child) => child !== null && child !== ""));
		return made;
	}

	let toast_timer;
	function toast(text, tone) {
		const place = by("toast");
		place.className = `note toast ${tone}`;
		place.textContent = text;
		place.hidden = false;
		clearTimeout(toast_timer);
		toast_timer = setTimeout(() => (place.hidden = true), 4000);
	}

	async function load() {
		try {
			show(await get(`${api}door_list`, { event: boot.event }));
		} catch (error) {
			toast(error.message, "bad");
		}
	}

	async function act(button, method, values, done) {
		button.disabled = true;
		try {
			await post(method, values);
			toast(done, "good");
			await load();
		} catch (error) {
			toast(error.message, "bad");
			button.disabled = false;
			await load();
		}
	}

	function show(data) {
		state.data = data;
		by("title").textContent = data.event.title;
		by("when").textContent = `${data.event.when} · ${data.event.place} · ${data.event.status_label}`;
		by("opens").textContent = data.event.opens ? __("Check-in opens at {0}.", [data.event.opens]) : "";
		by("opens").hidden = !data.event.opens;
		const { figures } = data;
		by("figures").replaceChildren(
			...[
				[figures.came, __("Came")],
				[figures.expected, __("Expected")],
				[figures.waiting, __("Waiting", null, "Event Registration")],
				[figures.room, __("Room For")],
			].map(([value, label]) => el("div", {}, el("strong", { textContent: value }), el("span", { textContent: label })))
		);
		draw();
	}

	const plain = (text) => String(text || "").toLowerCase().replace(/[\s\-·栋单元室号]/g, "");

	function fits(party, wanted) {
		if (!wanted) return true;
		if (/^\d{4}$/.test(wanted) && party.last_four === wanted) return true;
		return [party.resident_name, party.unit_label, party.letters].some((text) => plain(text).includes(wanted));
	}

	// Whoever is expected comes first, then who waits, then who is in; the scanned party above all.
	const ORDER = ["Registered", "Waiting", "No Show", "Attended"];
	function draw() {
		// Somebody may type before the list has come.
		if (!state.data) return;
		const wanted = plain(by("find").value);
		const rows = state.data.parties
			.filter((party) => fits(party, wanted))
			.sort(
				(a, b) =>
					(b.name === state.marked) - (a.name === state.marked) ||
					ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
					a.position - b.position
			);
		by("parties").replaceChildren(...rows.map(line));
		if (!rows.length) {
			const text = wanted ? __("Nobody of this name, room or number has signed up.") : __("Nobody has signed up yet.");
			by("parties").replaceChildren(el("p", { className: "card empty", textContent: text }));
		}
		draw_others(wanted);
	}

	const persons_of = (count) => (count === 1 ? __("1 person") : __("{0} persons", [count]));

	function line(party) {
		const came = party.status === "Attended";
		const facts = [party.unit_label, persons_of(came ? party.came : party.persons), party.last_four && `*${party.last_four}`];
		const who = el(
			"span",
			{ className: "who" },
			el("strong", { textContent: party.resident_name }),
			el("span", { className: "row-foot", textContent: facts.filter(Boolean).join(" · ") }),
			party.note ? el("span", { className: "row-foot", textContent: ` · ${party.note}` }) : ""
		);
		const item = el("li", { className: `${came ? "came" : ""}${party.name === state.marked ? " scanned" : ""}` }, who);
		const acts = state.data.event.acts;
		if (came) {
			item.append(el("span", { className: "state s-done", textContent: party.checked_in || boot.states.Attended }));
			if (acts.includes("walk_in")) {
				const undo = el("button", { type: "button", className: "link", textContent: __("Undo") });
				undo.onclick = () => act(undo, "undo_check_in", { name: party.name }, __("Taken back"));
				item.append(undo);
			}
			return item;
		}
		if (party.status !== "Registered") {
			item.append(el("span", { className: "state s-waiting", textContent: boot.states[party.status] || party.status }));
		}
		if (!acts.includes("check_in") || state.data.event.opens) return item;
		let number = null;
		if (party.persons > 1) {
			number = el("select", { ariaLabel: __("How many came?") });
			for (let count = party.persons; count >= 1; count -= 1) number.append(el("option", { value: count, textContent: count }));
			item.append(number);
		}
		const button = el("button", { type: "button", className: "button", textContent: __("Check In") });
		button.onclick = () =>
			act(button, "check_in", { name: party.name, came: number ? number.value : party.persons }, __("{0} is checked in", [party.resident_name]));
		item.append(button);
		return item;
	}

	function unknown() {
		const known = new Set(state.data.parties.map((party) => party.resident));
		return state.others.filter((hit) => !known.has(hit.resident));
	}

	// Residents who did not sign up, found as the desk finds them.
	function draw_others(wanted) {
		const place = by("others");
		const { acts, opens } = state.data.event;
		if (!wanted || opens || !acts.includes("walk_in")) return place.replaceChildren();
		const rows = unknown();
		if (!rows.length) {
			const ask = el("button", { type: "button", className: "button quiet wide", textContent: __("Search All Residents") });
			ask.onclick = search;
			return place.replaceChildren(ask);
		}
		const list = el("ul", { className: "parties" });
		for (const hit of rows.slice(0, MOST_OTHERS)) {
			const number = el("select", { ariaLabel: __("How many came?") });
			for (let count = 1; count <= state.data.event.most_persons; count += 1) number.append(el("option", { value: count, textContent: count }));
			const button = el("button", { type: "button", className: "button quiet", textContent: __("Let In") });
			button.onclick = () =>
				act(button, "walk_in", { event: boot.event, resident: hit.resident, persons: number.value }, __("{0} is checked in", [hit.title]));
			list.append(
				el(
					"li",
					{},
					el("span", { className: "who" }, el("strong", { textContent: hit.title }), el("span", { className: "row-foot", textContent: hit.detail })),
					number,
					button
				)
			);
		}
		place.replaceChildren(el("h2", { textContent: __("Not Signed Up") }), list);
	}

	async function search() {
		const text = by("find").value.trim();
		if (!text) return;
		try {
			const hits = await get("property_service.property_service.api.find", { text });
			// Who is looked for by the room is found as the first of those who live there; nobody is listed twice.
			const named = [...hits.filter((hit) => hit.kind === "Resident"), ...hits.filter((hit) => hit.kind === "Property Unit")];
			state.others = named.filter((hit, at) => hit.resident && named.findIndex((one) => one.resident === hit.resident) === at);
			if (!state.others.length) toast(__("No resident is found. Check the spelling, or ask the front desk."), "bad");
			else if (!unknown().length) toast(__("Everybody found has signed up already: see above."), "good");
			draw();
		} catch (error) {
			toast(error.message, "bad");
		}
	}

	async function on_code(token) {
		try {
			const found = await get(`${api}scanned`, { code: token });
			if (found.event !== boot.event) return toast(__("This code is for another event."), "bad");
			state.marked = found.registration;
			by("find").value = "";
			draw();
			if (navigator.vibrate) navigator.vibrate(60);
			window.scrollTo({ top: 0 });
		} catch (error) {
			toast(error.message, "bad");
		}
	}

	by("find").addEventListener("input", () => {
		state.others = [];
		draw();
	});
	by("find").addEventListener("keydown", (event) => {
		if (event.key === "Enter") search();
	});
	if (window.event_scan.can()) {
		by("scan").hidden = false;
		by("scan").onclick = async () => {
			if (state.stop) {
				state.stop();
				state.stop = null;
				return;
			}
			state.stop = await window.event_scan.start(by("camera"), on_code, (text) => toast(text, "bad"));
		};
	}
	load();
	// The list is looked at while people stand in line: nothing moves while somebody chooses a number or types.
	setInterval(() => {
		if (document.hidden || ["SELECT", "INPUT"].includes(document.activeElement?.tagName)) return;
		load();
	}, REFRESH);
})();
