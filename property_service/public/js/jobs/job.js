// One job: where, who, what, by when, what has happened, and the acts that are allowed now.
(function () {
	"use strict";
	const jobs = window.jobs;
	const h = jobs.h;
	// The first of these that is allowed is the big button; the others stand behind "More".
	const PRIMARY = ["take", "arrive", "consent", "finish", "resume", "quote", "dispatch"];
	const MOVES = ["Dispatched", "Transferred", "Handed Back"];
	const ORDER = [...PRIMARY, "hold", "hand_back", "transfer", "attach_photo"];

	jobs.act_label = (act, job) =>
		({
			take: __("Take This Job"),
			arrive: job && job.needs_quote && job.quote_status !== "Agreed" ? __("I Am on Site") : __("I Have Arrived"),
			consent: __("Resident's Answer"),
			finish: __("Finish"),
			resume: __("Resume Work"),
			quote: job && job.quote_amount ? __("Quote Again") : __("Quote a Price"),
			dispatch: __("Assign"),
			hold: __("Put on Hold"),
			hand_back: __("Hand Back"),
			transfer: __("Transfer", null, "Repair Request"),
			attach_photo: __("Add a Photo"),
		}[act]);

	jobs.open_job = async function (name, fresh) {
		const pane = document.getElementById("job");
		if (jobs.open_name !== name) {
			jobs.job = null;
			jobs.open_name = name;
			pane.replaceChildren(top(name), h("div.job-body", { "aria-busy": "true" }, h("div.card.skeleton.tall")));
		}
		jobs.lists.mark();
		if (jobs.job && !fresh) return jobs.job;
		try {
			const job = await jobs.get("job", { name });
			if (jobs.open_name !== name) return null;
			jobs.job = job;
			paint(job);
			return job;
		} catch (failure) {
			if (!(failure instanceof jobs.Failure)) throw failure;
			if (jobs.job) jobs.toast(failure.message, "bad");
			else if (jobs.open_name === name) paint_failure(name, failure);
			return null;
		}
	};

	function top(title, sub) {
		const back = h("a.round.back", { href: `#${jobs.lists.current || "mine"}`, "aria-label": __("Back to the List") });
		back.append(jobs.icon("back"));
		return h("header.job-top", null, back, h("div", null, h("h1", null, title), sub ? h("div.sub", null, sub) : null));
	}

	function paint_failure(name, failure) {
		document.getElementById("job").replaceChildren(
			top(name),
			h(
				"div.job-body",
				null,
				h(
					"div.empty",
					null,
					h("p.strong", null, failure.message),
					failure.kind === "network"
						? jobs.busy_button("button.button", __("Try Again"), () => jobs.open_job(name, true))
						: h("a.button", { href: "#mine" }, __("Back to My Jobs"))
				)
			)
		);
	}

	function row(label, value, extra) {
		if (!value) return null;
		return h(`div.fact${extra || ""}`, null, h("dt", null, label), h("dd", null, value));
	}

	function who(job) {
		if (!job.reporter_phone) {
			return h("section.panel", null, h("h2", null, __("Contact")), h("p", null, job.reporter_name || __("Anonymous Report")));
		}
		const call = h(
			"a.button.call",
			{ href: `tel:${job.reporter_phone.replace(/[^+\d]/g, "")}` },
			jobs.icon("phone"),
			h("span", null, __("Call {0}", [job.reporter_phone]))
		);
		return h("section.panel", null, h("h2", null, __("Contact")), h("p.name", null, job.reporter_name || ""), call);
	}

	function promise_panel(job) {
		const promise = jobs.promise(job);
		if (promise.level === "none") return null;
		const wished = jobs.window_text(job);
		return h(
			`section.promise.${promise.level}`,
			{ id: "promise" },
			h("strong", null, promise.text),
			h("span", null, promise.due),
			wished ? h("span.wish", null, __("Preferred time: {0}", [wished])) : null
		);
	}

	function price_panel(job) {
		if (!job.is_chargeable && !job.quote_amount) return null;
		const range = job.price_to
			? __("Usual price: {0} to {1}", [jobs.money(job.price_from), jobs.money(job.price_to)])
			: "";
		const told = {
			Waiting: __("Waiting for the resident's answer."),
			Agreed: __("The resident agreed ({0}).", [jobs.word(job.consent_by)]),
			Declined: __("The resident declined. The desk will decide how to proceed; you may quote again."),
		}[job.quote_status];
		return h(
			"section.panel",
			null,
			h("h2", null, __("Price")),
			job.quote_amount
				? h("p.amount", null, jobs.money(job.quote_amount))
				: h("p", null, __("This job is chargeable. Quote a price and wait for consent before you begin.")),
			job.quote_text ? h("p", null, job.quote_text) : null,
			told ? h("p.strong", null, told) : null,
			job.consent_note ? h("p", null, job.consent_note) : null,
			range ? h("p.hint", null, range) : null
		);
	}

	function photos_panel(job) {
		if (!job.photos.length) return null;
		return h(
			"section.panel",
			null,
			h("h2", null, __("Photos")),
			h(
				"div.photos",
				null,
				job.photos.map((photo, at) => {
					const picture = h("img", { src: photo.file_url, loading: "lazy", alt: __("Photo {0}", [at + 1]) });
					return h("button.photo", { type: "button", onclick: () => show_photo(photo, at) }, picture);
				})
			)
		);
	}

	function show_photo(photo, at) {
		jobs.sheet(__("Photo {0}", [at + 1]), h("img.large", { src: photo.file_url, alt: __("Photo {0}", [at + 1]) }));
	}

	function report_panel(job) {
		if (!job.work_done && !job.materials.length) return null;
		return h(
			"section.panel",
			null,
			h("h2", null, __("Work Done")),
			h("p", null, job.work_done || ""),
			job.materials.length
				? h(
						"ul.lines",
						null,
						job.materials.map((line) =>
							h("li", null, h("span", null, `${line.item_name} × ${line.qty} ${line.uom || ""}`), h("span", null, jobs.money(line.amount)))
						)
				  )
				: null,
			job.labour_amount
				? h("ul.lines", null, h("li", null, h("span", null, __("Labour {0} h", [job.labour_hours])), h("span", null, jobs.money(job.labour_amount))))
				: null,
			job.total_amount ? h("p.amount", null, __("Total {0}", [jobs.money(job.total_amount)])) : null
		);
	}

	function steps_panel(job) {
		const steps = job.steps.map((step) => {
			const by = step.actor_kind === "System" ? __("automatically") : step.actor_name || jobs.word(step.actor_kind);
			const reason = step.step === "Photo Added" ? "" : jobs.word(step.reason);
			const note = [reason, step.note].filter(Boolean).join(" · ");
			const moved = MOVES.includes(step.step) && step.to_user_name && step.to_user_name !== step.actor_name;
			const to = moved ? ` → ${step.to_user_name}` : "";
			return h(
				"li",
				null,
				h("div.step", null, h("strong", null, jobs.word(step.step)), h("span", null, jobs.clock(step.happened_at))),
				h("div.by", null, by + to),
				note ? h("div.note", null, note) : null
			);
		});
		return h("section.panel", null, h("h2", null, __("So Far")), h("ol.steps", null, steps.reverse()));
	}

	function paint(job) {
		const where = [
			row(__("Public Place"), job.unit ? job.public_place : ""),
			row(__("Shut-off Valve"), job.shut_off_valve, ".alarm"),
			row(__("Advice"), job.advice),
			row(__("Incident"), job.incident),
			row(__("In Warranty Until"), job.is_warranty ? job.warranty_until : ""),
			row(__("Rework Of"), job.rework_of),
			row(__("Technician"), job.assigned_to === jobs.boot.user ? "" : job.assigned_name),
			row(__("Why"), job.closing_reason),
		].filter(Boolean);
		const head = h(
			"section.panel.first",
			null,
			h("div.what", null, job.category_label),
			h("p.words", null, job.description),
			jobs.badges(job),
			where.length ? h("dl.facts", null, where) : null
		);
		const body = h(
			"div.job-body",
			null,
			promise_panel(job),
			head,
			who(job),
			price_panel(job),
			photos_panel(job),
			report_panel(job),
			steps_panel(job)
		);
		const pane = document.getElementById("job");
		pane.replaceChildren(top(job.place, `${job.community} · ${job.name} · ${jobs.word(job.status)}`), body, acts_bar(job));
	}

	function acts_bar(job) {
		const acts = ORDER.filter((act) => job.acts.includes(act));
		const first = PRIMARY.find((act) => acts.includes(act)) || (acts.length === 1 ? acts[0] : null);
		const others = acts.filter((act) => act !== first);
		if (!acts.length) {
			return h("div.acts", null, h("p.hint", null, __("There is nothing for you to do here now.")));
		}
		const more = others.length
			? h("button.button.more", { type: "button", onclick: () => show_more(job, others) }, jobs.icon("more"), h("span", null, __("More")))
			: null;
		const big = first
			? jobs.busy_button(`button.button.${PRIMARY.includes(first) ? "primary" : "only"}`, jobs.act_label(first, job), () => jobs.begin(first, job))
			: null;
		return h("div.acts", null, more, big);
	}

	function show_more(job, acts) {
		const rows = acts.map((act) =>
			jobs.busy_button("button.row", jobs.act_label(act, job), () => {
				jobs.hide_sheet();
				return jobs.begin(act, job);
			})
		);
		jobs.sheet(__("More"), h("div.rows", null, rows));
	}
})();
