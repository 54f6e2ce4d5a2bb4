// What is seen: my rounds, one round with its points, and what waits to be sent.
(function () {
	"use strict";
	const patrol = window.patrol;
	const h = patrol.h;
	const state = patrol.state;
	const box = (id) => document.getElementById(id);

	const shown = (moment, zone, parts) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...parts }).format(moment);
	patrol.time = (text, zone) => shown(new Date(text), zone, { hour: "2-digit", minute: "2-digit", hour12: false });
	const day = (text, zone) => shown(new Date(text), zone, { year: "numeric", month: "2-digit", day: "2-digit" });

	// today 14:30 · tomorrow 09:00 · 28/11 09:00
	patrol.when = function (text, zone) {
		const time = patrol.time(text, zone);
		const days = [0, 1, -1].find((ahead) => day(Date.now() + ahead * 86400000, zone) === day(text, zone));
		if (days === 0) return __("today {0}", [time]);
		if (days === 1) return __("tomorrow {0}", [time]);
		if (days === -1) return __("yesterday {0}", [time]);
		return `${shown(new Date(text), zone, { month: "2-digit", day: "2-digit" })} ${time}`;
	};

	const done_of = (round) => round.points.filter((point) => patrol.is_done(round, point)).length;

	// → [level, words]: how a round stands now
	function standing(round) {
		const now = Date.now();
		const done = done_of(round);
		if (done === round.points.length) return ["ok", patrol.word("Completed", "Patrol Task")];
		if (now > Date.parse(round.closes_at)) return ["late", patrol.word(done ? "Incomplete" : "Missed", "Patrol Task")];
		if (done) return ["soon", patrol.word("In Progress", "Patrol Task")];
		if (now > Date.parse(round.starts_at)) return ["soon", __("To be walked now")];
		return ["none", patrol.word("Planned", "Patrol Task")];
	}

	function round_card(round) {
		const [level, words] = standing(round);
		const total = round.points.length;
		const done = done_of(round);
		return h(
			`a.card.${level}`,
			{ href: `#round/${encodeURIComponent(round.name)}`, "data-name": round.name },
			h("div.card-top", null, h("span.place", null, round.route_name), h(`span.chip.${level}`, null, words)),
			h("div.what", null, patrol.when(round.starts_at, round.zone)),
			h("div.bar", { role: "img", "aria-label": __("{0} of {1} points", [done, total]) }, h("span", { style: `width:${total ? (100 * done) / total : 0}%` })),
			h("div.card-foot", null, h("span", null, __("{0} of {1} points", [done, total])), h("span", null, round.community))
		);
	}

	function paint_rounds() {
		const rounds = state.session ? state.session.rounds : null;
		if (!rounds) return [h("div.empty", null, patrol.icon("pool"), h("p", null, __("Open this page once with a connection: your rounds are then kept on this phone.")))];
		if (!rounds.length) return [h("div.empty", null, patrol.icon("pool"), h("p.strong", null, __("No rounds now")), h("p", null, __("Rounds of the next day and a half appear here.")))];
		const over = (round) => Date.now() > Date.parse(round.closes_at) || done_of(round) === round.points.length;
		return [...rounds].sort((a, b) => over(a) - over(b) || Date.parse(a.starts_at) - Date.parse(b.starts_at)).map(round_card);
	}

	function point_row(round, point) {
		const waiting = patrol.waiting_for(round.name, point.checkpoint);
		const done = patrol.is_done(round, point);
		const window_text = `${patrol.time(point.from, round.zone)}–${patrol.time(point.until, round.zone)}`;
		let chip = h("span.chip", null, window_text);
		if (waiting) chip = h(`span.chip.${waiting.refused ? "late" : "soon"}`, null, waiting.refused ? __("Refused") : __("On this phone"));
		else if (point.result) chip = h(`span.chip.${{ Missed: "late", Late: "soon" }[point.result] || "ok"}`, null, patrol.word(point.result, "Patrol Record"));
		const row = h(
			"button.point",
			{ type: "button", "data-point": point.checkpoint, "aria-disabled": String(done) },
			h("span.number", null, point.no),
			h("span.point-text", null, h("strong", null, point.name), point.place ? h("small", null, point.place) : null),
			chip
		);
		row.classList.toggle("done", done);
		row.addEventListener("click", () => patrol.choose_point(round, point));
		return row;
	}

	function paint_round(round) {
		const [level, words] = standing(round);
		const clock = `${patrol.time(round.starts_at, round.zone)}–${patrol.time(round.closes_at, round.zone)}`;
		return [
			h("div", { class: `promise ${level}` }, h("strong", null, words), h("span", null, clock)),
			round.order_counts ? h("p.hint.order", null, __("The order counts: record the points one after the other.")) : null,
			h("div.points", null, round.points.map((point) => point_row(round, point))),
		].filter(Boolean);
	}

	function waiting_card(entry) {
		const again = patrol.busy_button("button.button.small", __("Try Again"), () => patrol.retry(entry));
		const drop = h("button.button.small", { type: "button" }, __("Delete"));
		drop.addEventListener("click", () => {
			if (window.confirm(__("Delete this record? It was not taken and will not be sent."))) patrol.forget(entry);
		});
		return h(
			`div.card.${entry.refused ? "late" : "soon"}`,
			{ "data-key": entry.client_key },
			h("div.card-top", null, h("span.place", null, entry.point_name), h("span.chip", null, patrol.when(entry.at, entry.zone))),
			h("div.what", null, entry.route_name),
			entry.refused ? h("p.failure", null, entry.refused) : h("p.hint", null, __("Waits to be sent.")),
			entry.refused ? h("div.pair", null, again, drop) : null
		);
	}

	function paint_waiting() {
		const names = new Map();
		for (const entry of patrol.others()) {
			const name = entry.full_name || entry.user;
			names.set(name, (names.get(name) || 0) + 1);
		}
		const others = [...names].map(([name, count]) =>
			h("div.notice.others", null, __("{0} records of {1} wait on this phone. They are sent once {1} signs in here.", [count, name]))
		);
		const own = patrol.own().map(waiting_card);
		if (!own.length && !others.length) return [h("div.empty", null, h("p", null, __("Everything is sent.")))];
		return [...others, ...own];
	}

	function paint_banner() {
		const sign_in = h("a.button.small", { href: "/login?redirect-to=%2Fpatrol" }, __("Sign In"));
		const told = state.link !== "online" && h("div.notice", { "data-link": state.link }, h("span", null, state.told), state.link === "signed_out" ? sign_in : null);
		box("banner").replaceChildren(...(told ? [told] : []));
		const count = state.queue.length;
		const chip = box("waiting");
		chip.hidden = !count;
		chip.textContent = __("{0} waiting", [count]);
		chip.classList.toggle("late", state.queue.some((entry) => entry.refused));
	}

	const find_round = (name) => state.session && state.session.rounds.find((row) => row.name === name);

	patrol.paint = function () {
		const [view, name] = location.hash.slice(1).split("/").map(decodeURIComponent);
		const round = view === "round" ? find_round(name) : null;
		box("who").textContent = state.session ? state.session.full_name : "";
		box("back").hidden = !(round || view === "waiting");
		box("title").textContent = round ? round.route_name : view === "waiting" ? __("Waiting to Be Sent") : __("My Rounds");
		paint_banner();
		box("list").replaceChildren(...(round ? paint_round(round) : view === "waiting" ? paint_waiting() : paint_rounds()));
		const acts = box("acts");
		acts.hidden = !(round && patrol.can_scan() && patrol.is_open(round, Date.now()));
		if (!acts.hidden) {
			const scan = h("button.button.primary.only", { type: "button" }, patrol.icon("camera"), __("Scan the Label"));
			scan.addEventListener("click", () => patrol.scan((token) => patrol.on_label(token, round.name)));
			acts.replaceChildren(scan);
		}
	};
})();
