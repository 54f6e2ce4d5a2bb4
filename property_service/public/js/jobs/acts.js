// What a technician or leader does with a job, each in a sheet that keeps what was entered until it has arrived.
(function () {
	"use strict";
	const jobs = window.jobs;
	const h = jobs.h;
	const AT_ONCE = {
		take: () => __("The job is yours."),
		arrive: () => __("Arrival recorded."),
		resume: () => __("Work has resumed."),
	};
	const unsure = new Set();

	jobs.begin = function (act, job) {
		if (AT_ONCE[act]) return jobs.act(job, act, { name: job.name }, AT_ONCE[act]());
		if (act === "attach_photo") return jobs.pick_photo(job);
		location.hash = `#job/${encodeURIComponent(job.name)}/${act}`;
		return Promise.resolve();
	};

	// Send an act. After a broken connection it is not known whether it arrived, so the job is read before it is sent again.
	jobs.act = async function (job, act, values, said, method) {
		const key = `${job.name}:${act}`;
		if (unsure.has(key)) {
			const now = await jobs.get("job", { name: job.name });
			unsure.delete(key);
			if (!now.acts.includes(act)) return finished(job, act, said);
		}
		try {
			await jobs.post(method || act, values);
		} catch (failure) {
			if (failure.kind === "network") unsure.add(key);
			if (failure.status === 409) {
				const now = await jobs.open_job(job.name, true);
				if (now && !now.acts.includes(act)) leave_sheet(job);
			}
			throw failure;
		}
		return finished(job, act, said);
	};

	async function finished(job, act, said) {
		jobs.draft.drop(job.name, act);
		leave_sheet(job);
		// The buttons below are those of the job as it was; they wait until it is read anew.
		const bar = document.querySelector("#job .acts");
		if (bar) bar.inert = true;
		await jobs.open_job(job.name, true);
		if (bar) bar.inert = false;
		jobs.toast(said, "good");
		jobs.lists.load_all();
	}

	function leave_sheet(job) {
		jobs.hide_sheet();
		history.replaceState(null, "", `#job/${encodeURIComponent(job.name)}`);
	}

	// The form of an act: `build` gives the fields and how to read them; what is entered is kept as a draft.
	function form(job, act, title, label, build) {
		const failure = jobs.failure_box();
		const draft = jobs.draft.read(job.name, act);
		const keep = () => jobs.draft.keep(job.name, act, parts.read());
		const parts = build(draft, keep);
		const body = h("form", { onsubmit: (event) => event.preventDefault(), oninput: keep, novalidate: true }, parts.fields, failure);
		const send = jobs.busy_button(
			"button.button.primary",
			label,
			async () => {
				failure.clear();
				const wrong = parts.check && parts.check(parts.read());
				if (wrong) return failure.show(wrong);
				return parts.send(parts.read());
			},
			(text, error) => failure.show(text, error)
		);
		jobs.sheet(title, body, [parts.foot, send]);
		return failure;
	}

	function hold(job) {
		form(job, "hold", __("Put on Hold"), __("Put on Hold"), (draft) => {
			const reasons = jobs.boot.hold_reasons.filter((reason) => reason !== "Approved by Leader" || jobs.boot.leads);
			const reason = jobs.choice(__("Why is the job on hold?"), reasons.map((text) => [text, jobs.word(text)]), draft.reason);
			const remark = h("textarea", { rows: 2, maxlength: 140, value: draft.remark || "" });
			const customer = h("input", { type: "checkbox" });
			customer.checked = Boolean(draft.customer);
			const wish = h("label.check", { hidden: true }, customer, h("span", null, __("At the resident's request: stop the clock")));
			const paint = () => (wish.hidden = reason.value !== "Other");
			reason.onpick = paint;
			paint();
			return {
				fields: [h("div.label", null, __("Why is the job on hold?")), reason, wish, jobs.field(__("Remark"), remark)],
				read: () => ({ reason: reason.value, remark: remark.value.trim(), customer: customer.checked }),
				check: (got) =>
					(!got.reason && __("Please choose why the job is on hold.")) ||
					(["Other", "Approved by Leader"].includes(got.reason) && !got.remark && __("Please say in a few words why.")),
				send: (got) =>
					jobs.act(
						job,
						"hold",
						{ name: job.name, reason: got.reason, remark: got.remark, customer: got.reason === "Other" && got.customer },
						__("The job is on hold.")
					),
			};
		});
	}

	function reason_fields(draft) {
		const reasons = jobs.boot.reassign_reasons;
		const reason = jobs.choice(__("Reason"), reasons.map((text) => [text, jobs.word(text)]), draft.reason);
		const remark = h("input", { type: "text", maxlength: 120, value: draft.remark || "", autocomplete: "off" });
		return {
			fields: [h("div.label", null, __("Reason")), reason, jobs.field(__("In your own words (for Other)"), remark)],
			read: () => ({ reason: reason.value, remark: remark.value.trim() }),
			check: (got) =>
				(!got.reason && __("Please choose a reason.")) ||
				(got.reason === "Other" && !got.remark && __("Please say in a few words why.")),
			text: (got) => (got.reason === "Other" ? got.remark : got.reason),
		};
	}

	function hand_back(job) {
		form(job, "hand_back", __("Hand Back"), __("Hand Back"), (draft) => {
			const why = reason_fields(draft);
			const send = (got) => jobs.act(job, "hand_back", { name: job.name, reason: why.text(got) }, __("The job has been handed back."));
			return { ...why, send };
		});
	}

	// Transfer a job that somebody has, or assign one that nobody has: the members with what they have in hand.
	function member(job, act) {
		const transfer = act === "transfer";
		const title = transfer ? __("Transfer", null, "Repair Request") : __("Assign");
		form(job, act, title, title, (draft) => {
			const box = h("div.members", { role: "radiogroup", "aria-label": __("Members of the Team") }, h("p.hint", null, __("Loading…")));
			let user = draft.user || "";
			const why = transfer ? reason_fields(draft) : { fields: [], read: () => ({}), check: () => "" };
			load_members(job, box, user, (picked) => (user = picked));
			return {
				fields: [h("div.label", null, job.team ? __("Members of {0}", [job.team]) : __("Members of the Team")), box, why.fields],
				read: () => ({ ...why.read(), user }),
				check: (got) => (!got.user && __("Please choose who gets the job.")) || why.check(got),
				send: (got) =>
					transfer
						? jobs.act(job, act, { name: job.name, user: got.user, reason: why.text(got) }, __("The job has been transferred."))
						: jobs.act(job, act, { name: job.name, team: job.team, user: got.user }, __("The job has been assigned.")),
			};
		});
	}

	async function load_members(job, box, chosen, pick) {
		let rows;
		try {
			rows = job.team ? await jobs.get("team_load", { team: job.team }) : [];
		} catch (failure) {
			if (!(failure instanceof jobs.Failure)) throw failure;
			const again = jobs.busy_button("button.button", __("Try Again"), () => load_members(job, box, chosen, pick));
			box.replaceChildren(h("p", null, failure.message), again);
			return;
		}
		const others = rows.filter((row) => row.user !== job.assigned_to);
		others.sort((a, b) => b.on_duty - a.on_duty || a.open_jobs - b.open_jobs);
		if (!others.length) {
			box.replaceChildren(h("p", null, __("There is nobody else in this team. The desk can choose another team.")));
			return;
		}
		box.replaceChildren(
			...others.map((row) => {
				const late = row.late_jobs ? __(", {0} late", [row.late_jobs]) : "";
				const load = __("{0} of {1} open jobs", [row.open_jobs, row.cap || "∞"]) + late;
				const duty = row.on_duty ? __("On Duty") : __("Off Duty");
				const button = h(
					`button.member${row.on_duty ? "" : ".off"}`,
					{ type: "button", role: "radio", "aria-checked": String(row.user === chosen), "data-user": row.user },
					h("strong", null, row.full_name),
					h("span", null, `${duty} · ${load}`),
					row.skills ? h("span.hint", null, row.skills) : null
				);
				button.addEventListener("click", () => {
					for (const other of box.children) other.setAttribute("aria-checked", String(other === button));
					pick(row.user);
					box.dispatchEvent(new Event("input", { bubbles: true }));
				});
				return button;
			})
		);
	}

	function quote(job) {
		form(job, "quote", __("Quote a Price"), __("Ask the Resident"), (draft) => {
			const amount = h("input.big", { type: "text", inputmode: "decimal", maxlength: 12, value: draft.amount || "", autocomplete: "off" });
			const text = h("textarea", { rows: 3, maxlength: 1000, value: draft.text || "" });
			const range = job.price_to
				? __("Usual price: {0} to {1}", [jobs.money(job.price_from), jobs.money(job.price_to)])
				: "";
			const number = (got) => phone.number(got.amount);
			return {
				fields: [
					jobs.field(__("Price in Yuan"), amount, range),
					jobs.field(__("What is it for?"), text, __("The resident will see this: parts, labour, what is included.")),
				],
				read: () => ({ amount: amount.value.trim(), text: text.value.trim() }),
				check: (got) =>
					(got.amount && Number.isNaN(number(got)) && phone.no_number(__("Price in Yuan"))) ||
					(!(number(got) > 0) && __("Please enter a price above 0.")) || (!got.text && __("Please say what the price is for.")),
				send: (got) =>
					jobs.act(
						job,
						"quote",
						{ name: job.name, amount: number(got), text: got.text },
						__("The quote is with the resident. Record the answer when it comes.")
					),
			};
		});
	}

	function consent(job) {
		return form(job, "consent", __("Resident's Answer"), __("Save the Answer"), (draft) => {
			const ways = [
				["Signature", __("Agrees: signs here")],
				["Phone", __("Agrees on the phone")],
				["Declined", __("Declines")],
			];
			const way = jobs.choice(__("Resident's Answer"), ways, draft.way || "Signature");
			const pad = jobs.signature_pad();
			const note = h("input", { type: "text", maxlength: 140, value: draft.note || "", autocomplete: "off" });
			const said = h("div");
			const paint = () => {
				pad.hidden = way.value !== "Signature";
				const label = { Signature: __("Name of Signer"), Phone: __("Who agreed, and when?"), Declined: __("What did the resident say?") };
				said.replaceChildren(jobs.field(label[way.value], note));
			};
			way.onpick = paint;
			paint();
			return {
				fields: [
					h("div.offer", null, h("span", null, __("I Agree to This Price")), h("strong", null, jobs.money(job.quote_amount)), h("p", null, job.quote_text || "")),
					way,
					pad,
					said,
				],
				read: () => ({ way: way.value, note: note.value.trim() }),
				check: (got) =>
					(got.way === "Signature" && pad.is_empty() && __("Please let the resident sign in the field.")) ||
					(got.way !== "Signature" && !got.note && __("Please enter who said it.")),
				async send(got) {
					const agreed = got.way !== "Declined";
					if (got.way === "Signature" && !pad.sent) {
						await jobs.send_photo(job.name, await pad.picture(job), "consent");
						pad.sent = true;
					}
					const by = got.way === "Signature" ? "Signature" : "Phone";
					const values = { name: job.name, by, note: got.note, agreed, amount: job.quote_amount };
					const told = agreed ? __("Consent recorded. Work may begin.") : __("Recorded. The desk has been told.");
					try {
						return await jobs.act(job, "consent", values, told);
					} catch (failure) {
						const now = jobs.job;
						const changed = now && now.name === job.name && now.quote_amount !== job.quote_amount;
						if (failure.status !== 409 || !changed || !now.acts.includes("consent")) throw failure;
						// Another price is shown and signed anew.
						return consent(now).show(failure.message);
					}
				},
			};
		});
	}

	jobs.pick_photo = function (job) {
		const input = h("input", { type: "file", accept: "image/*", multiple: true });
		input.addEventListener("change", async () => {
			let sent = 0;
			try {
				for (const file of input.files) {
					jobs.toast(__("Sending photo {0} of {1}…", [sent + 1, input.files.length]));
					await jobs.send_photo(job.name, await jobs.shrink(file), "work");
					sent += 1;
				}
				jobs.toast(__("Photos sent: {0}", [sent]), "good");
			} catch (failure) {
				if (!(failure instanceof jobs.Failure)) throw failure;
				jobs.toast(sent ? __("{0} sent, then: {1}", [sent, failure.message]) : failure.message, "bad");
			}
			jobs.open_job(job.name, true);
		});
		input.click();
		return Promise.resolve();
	};

	jobs.sheets = { hold, hand_back, quote, consent, transfer: (job) => member(job, "transfer"), dispatch: (job) => member(job, "dispatch") };
	jobs.act_form = form;
})();
