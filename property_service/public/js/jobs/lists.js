// My jobs, the pool, the team: what there is to do, the most urgent first.
(function () {
	"use strict";
	const jobs = window.jobs;
	const h = jobs.h;

	const LISTS = {
		mine: {
			method: "my_jobs",
			label: () => __("My Jobs"),
			icon: "tool",
			empty: () => [
				__("You have no open jobs."),
				__("Take one from the pool, or wait: jobs given to you appear here automatically."),
			],
		},
		pool: {
			method: "pool",
			label: () => __("Pool"),
			icon: "pool",
			empty: () => [__("The pool is empty."), __("Jobs that anyone in your team may take appear here.")],
		},
		team: {
			method: "repairs.desk_api.team_jobs",
			label: () => __("Team"),
			icon: "team",
			empty: () => [__("Your team has no open jobs."), __("Jobs of the teams you lead appear here.")],
		},
	};
	// What was read last, so that a list stays readable without a connection.
	const state = { rows: {}, at: {}, failed: {} };
	jobs.lists = { names: ["mine", "pool"].concat(jobs.boot.leads ? ["team"] : []), state };

	jobs.lists.load = async function (name) {
		try {
			state.rows[name] = await jobs.get(LISTS[name].method);
			state.at[name] = jobs.now();
			state.failed[name] = null;
		} catch (failure) {
			if (!(failure instanceof jobs.Failure)) throw failure;
			state.failed[name] = failure;
		}
		jobs.lists.paint();
	};

	jobs.lists.load_all = () => Promise.all(jobs.lists.names.map(jobs.lists.load));

	jobs.promise_chip = function (job) {
		const promise = jobs.promise(job);
		return h(`span.chip.${promise.level}`, null, promise.text);
	};

	jobs.badges = function (job) {
		const marks = [];
		if (job.priority === "Emergency" || job.priority === "High") {
			marks.push(h(`span.badge.${job.priority.toLowerCase()}`, null, jobs.word(job.priority)));
		}
		if (job.reopened_count) marks.push(h("span.badge.again", null, __("Reopened", null, "Repair Request")));
		if (job.is_rework) marks.push(h("span.badge.again", null, __("Rework")));
		if (job.is_warranty) marks.push(h("span.badge", null, __("Warranty")));
		if (job.urge_count) marks.push(h("span.badge.urged", null, __("Urged {0}×", [job.urge_count])));
		if (job.quote_status === "Waiting") marks.push(h("span.badge", null, __("Waiting for Consent")));
		if (job.quote_status === "Declined") marks.push(h("span.badge.urged", null, __("Price Declined")));
		return marks.length ? h("div.badges", null, marks) : null;
	};

	function card(name, job) {
		const promise = jobs.promise(job);
		const wished = jobs.window_text(job);
		const who = name === "team" ? job.assigned_name || __("Nobody yet") : null;
		const link = h(
			`a.card.${promise.level}`,
			{ href: `#job/${encodeURIComponent(job.name)}`, "data-name": job.name },
			h("div.card-top", null, h("span.place", null, h("small", null, job.community), job.place), jobs.promise_chip(job)),
			h("div.what", null, job.category_label),
			h("div.words", null, job.description),
			jobs.badges(job),
			h(
				"div.card-foot",
				null,
				h("span", null, who || jobs.word(job.status)),
				h("span", null, wished ? __("Preferred: {0}", [wished]) : promise.due)
			)
		);
		if (name !== "pool") return link;
		const take = jobs.busy_button("button.take", __("Take"), async () => {
			try {
				await jobs.post("take", { name: job.name });
			} finally {
				jobs.lists.load_all();
			}
			jobs.toast(__("The job is yours."), "good");
			location.hash = `#job/${encodeURIComponent(job.name)}`;
		});
		take.setAttribute("aria-label", __("Take {0}", [job.place]));
		return h("div.with-act", null, link, take);
	}

	function skeleton() {
		return h("div", { "aria-busy": "true" }, [1, 2, 3].map(() => h("div.card.skeleton")));
	}

	jobs.lists.paint = function () {
		const current = jobs.lists.current || "mine";
		const list = LISTS[current];
		const rows = state.rows[current];
		const box = document.getElementById("list");
		const parts = [];
		const failed = state.failed[current];
		if (failed) {
			const read = state.at[current];
			const seen = read ? jobs.clock(read.toISOString()) : "";
			parts.push(
				h(
					"div.notice",
					{ role: "status" },
					h("span", null, failed.message, rows ? ` ${__("As of {0}.", [seen])}` : ""),
					failed.kind === "signed_out"
						? h("a.button", { href: "/login?redirect-to=%2Fjobs" }, __("Sign In"))
						: jobs.busy_button("button.button", __("Try Again"), () => jobs.lists.load(current))
				)
			);
		}
		if (rows && !rows.length) {
			const [first, second] = list.empty();
			const to_pool = current === "mine" && (state.rows.pool || []).length;
			parts.push(
				h(
					"div.empty",
					null,
					jobs.icon(list.icon),
					h("p.strong", null, first),
					h("p", null, second),
					to_pool ? h("a.button", { href: "#pool" }, __("See the Pool ({0})", [state.rows.pool.length])) : null
				)
			);
		} else if (rows) {
			parts.push(...rows.map((job) => card(current, job)));
		} else if (!failed) {
			parts.push(skeleton());
		}
		box.replaceChildren(...parts);
		paint_tabs(current);
		jobs.lists.mark();
	};

	// The job that is open, beside the list on a wide screen.
	jobs.lists.mark = function () {
		for (const link of document.querySelectorAll("#list a.card")) {
			if (link.dataset.name === jobs.open_name) link.setAttribute("aria-current", "true");
			else link.removeAttribute("aria-current");
		}
	};

	function paint_tabs(current) {
		const tabs = jobs.lists.names.map((name) => {
			const rows = state.rows[name];
			const late = (rows || []).some((job) => jobs.promise(job).level === "late");
			return h(
				"a.tab",
				{ href: `#${name}`, "aria-current": name === current ? "page" : null },
				jobs.icon(LISTS[name].icon),
				h("span", null, LISTS[name].label()),
				rows ? h(`span.count${late ? ".late" : ""}`, null, rows.length) : null
			);
		});
		document.getElementById("tabs").replaceChildren(...tabs);
		document.getElementById("list-title").textContent = LISTS[current].label();
	}

	// On and off duty: jobs are given to those on duty only.
	jobs.lists.paint_duty = function () {
		const box = document.getElementById("duty");
		const rows = jobs.boot.duty;
		if (!rows.length) return;
		const on = rows.some((row) => row.on_duty);
		const button = jobs.busy_button(`button.duty.${on ? "on" : "off"}`, on ? __("On Duty") : __("Off Duty"), async () => {
			await jobs.post("set_on_duty", { on: !on });
			rows.forEach((row) => (row.on_duty = !on));
			jobs.lists.paint_duty();
			jobs.toast(on ? __("You are off duty and will get no new jobs.") : __("You are on duty."), "good");
		});
		button.setAttribute("role", "switch");
		button.setAttribute("aria-checked", String(on));
		box.replaceChildren(button);
	};
})();
