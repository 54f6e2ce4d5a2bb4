// What the server answers, brought into the shape the page draws.

(() => {
	const counter = property_service.counter;
	const list = (value) => (Array.isArray(value) ? value : []);
	const INCIDENT = "Service Incident";
	const LANGUAGES = { zh: "中文", "zh-TW": "繁體中文", en: "English", ko: "한국어" };

	counter.key_of = (asked) => (asked ? [asked.resident, asked.unit, asked.phone].map((one) => one || "").join("|") : null);

	counter.asked_of = ({ resident, unit, phone }) => ({ resident, unit, phone });

	counter.part_of = (part) => ({
		key: part.key || "",
		title: part.title || "",
		order: cint(part.order),
		count: cint(part.count),
		more: cint(part.more),
		figures: part.figures || {},
		rows: list(part.rows).map(row_of),
	});

	// The server tells promises that somebody waits for.
	const row_of = (row) => ({ ...row, may_keep: row.doctype === counter.PROMISE });

	// Each incident with the words to read out, which come beside it as a banner
	const incidents_of = (part) =>
		list(part.rows).map((row, i) => ({ ...row, title: row.text, text_to_read: (list(part.banners)[i] || {}).text || "" }));

	// The caller as he is drawn; `asked` is {resident, unit, phone}, whichever was known
	counter.view_of = (answer, asked) => {
		const person = answer.person || {};
		const many = new Set(list(answer.units).map((one) => one.community)).size > 1;
		const units = list(answer.units).map((one) => ({ ...one, where: many ? `${one.community_name} ${one.label}` : one.label }));
		// Of several units a call is about the home rather than about what belongs to it; the server tells the usage translated.
		const lived_in = [__("Residence"), __("Shop"), __("Office")];
		const home = lived_in.map((usage) => units.find((one) => one.usage === usage)).find(Boolean);
		const first = units.find((one) => one.unit === (asked.unit || answer.unit)) || home || units[0] || {};
		const parts = list(answer.parts).map(counter.part_of);
		const incidents = list(answer.parts).filter((part) => part.key === "incidents").flatMap(incidents_of);
		const read_out = new Set(incidents.map((one) => one.text_to_read));
		return {
			resident: answer.resident || "",
			name: person.title || "",
			caller_name: answer.caller_name || "",
			known: Boolean(answer.resident || units.length),
			phone: answer.phone || asked.phone || "",
			phones: [...new Set([answer.phone, ...list(person.phones)].filter(Boolean))].slice(0, 3),
			tier: person.tier || "",
			language: LANGUAGES[person.language] || person.language || "",
			tags: list(person.tags),
			notes: person.notes || "",
			units,
			// Who lives in a room that was looked up by its address, or shares the number that calls
			people: [...list(answer.choices), ...(answer.resident || !first.unit ? [] : list(first.people))],
			unit: first.unit || "",
			unit_label: first.where || "",
			community: first.community || asked.community || "",
			community_name: first.community_name || "",
			may_pay: Boolean(first.unit) && frappe.user.has_role(["Property Cashier", "Property Manager"]),
			incidents,
			banners: list(answer.banners).filter((one) => !read_out.has(one.text)),
			parts: parts.filter((part) => part.rows.length && part.key !== "incidents"),
			asked,
			asked_key: counter.key_of(asked),
		};
	};

	// What is sent to a resident about a row: never notes, only what it is and how it stands
	counter.share_lines = (row) => {
		if (row.doctype === INCIDENT) return [row.title || row.text, row.text_to_read];
		if (row.doctype === counter.PROMISE && row.may_keep) {
			return [__("We will call you back by {0}.", [counter.when(row.due_at)]), row.text];
		}
		return [row.share || row.text, row.status && __("Status: {0}", [row.status])];
	};

	// Rows of what one save has made: the job or complaint first
	counter.saved_rows = (answer, form) => {
		const { subject } = form;
		const { reference_doctype: became, reference_name, callback_promise, due_at } = answer;
		const told = answer.told || {};
		const rows = [];
		// Whoever writes down a complaint about himself gets to know no more of it.
		if (answer.is_kept) {
			const detail = __("It is about you: others deal with it, and it is not shown to you.");
			return [{ text: answer.name, detail, status: __("Passed On", null, "Service Contact"), tone: "green" }];
		}
		if (reference_name) {
			const status = told.status ? __(told.status, null, became) : "";
			rows.push({ doctype: became, name: reference_name, text: reference_name, detail: subject, share: `${reference_name} ${subject}`, status, tone: "blue" });
		}
		const contact = { doctype: "Service Contact", name: answer.name, text: answer.name, share: `${answer.name} ${subject}`, tone: "green" };
		rows.push({ ...contact, detail: reference_name ? "" : subject, status: __(answer.status, null, "Service Contact") });
		if (callback_promise) {
			const about = (form.promise && form.promise.about) || subject;
			const promise = { doctype: counter.PROMISE, name: callback_promise, text: about, detail: "", due_at, may_keep: true };
			rows.push({ ...promise, status: __("By {0}", [counter.when(due_at)]), tone: "blue" });
		}
		return rows;
	};

	// What was kept here stays to be seen until another caller comes; the server tells open ones only.
	counter.add_kept = (view, kept) => {
		const gone = kept.filter((row) => !view.parts.some((part) => part.rows.some((one) => one.name === row.name)));
		if (!gone.length) return;
		const part = view.parts.find((one) => one.key === "promises");
		if (part) part.rows.push(...gone);
		else view.parts.unshift({ key: "promises", title: __("Promises", null, "Service Counter"), order: 10, count: 0, more: 0, figures: {}, rows: gone });
	};

	counter.kept_look = (kept) => ({
		may_keep: false,
		status: kept.status === "Broken" ? __("Answered Late") : __("Kept"),
		tone: kept.status === "Broken" ? "red" : "green",
	});
})();
