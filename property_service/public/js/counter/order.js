// A contact as it is being written, and what of it is sent.

(() => {
	const counter = property_service.counter;

	counter.new_form = (kind, caller) => ({
		key: frappe.utils.get_random(32),
		kind,
		subject: "",
		details: "",
		answer: "",
		article: "",
		channel: caller.channel || "Phone",
		resident: caller.resident || "",
		who: caller.who || "",
		caller_name: caller.caller_name || "",
		caller_phone: caller.caller_phone || "",
		unit: caller.unit || "",
		unit_label: caller.unit_label || "",
		community: caller.community || "",
		place: "",
		elsewhere: false,
		is_anonymous: false,
		category: "",
		category_label: "",
		priority: "Normal",
		level: "General",
		person: "",
		person_label: "",
		team: "",
		team_label: "",
		promise: null,
		asked: caller.asked || null,
	});

	// Whether somebody typed anything that must not be lost
	counter.is_begun = (form) =>
		Boolean(form && (form.subject || form.details || form.answer || form.category || form.place || form.promise || (!form.resident && form.caller_name)));

	// Times a call back is promised by: the usual working minutes as the server counts them, then of the clock
	counter.times_of = (form) => {
		const now = frappe.datetime.convert_to_user_tz(frappe.datetime.now_datetime(), false);
		const local = (value) => frappe.datetime.convert_to_user_tz(value, false);
		const short = (value) => local(value).format(local(value).isSame(now, "day") ? "HH:mm" : "MM-DD HH:mm");
		const at = (moment) => moment.format("YYYY-MM-DD[T]HH:mm");
		const usual = counter.defaults_of(form).due_at;
		const times = [
			{ id: "half", label: __("{0} min", [30]), field: at(now.clone().add(30, "minutes")) },
			{ id: "two", label: __("{0} h", [2]), field: at(now.clone().add(2, "hours")) },
		];
		if (usual) times.unshift({ id: "usual", label: __("Usual: {0}", [short(usual)]), field: counter.to_field(usual) });
		const evening = now.clone().hour(17).minute(0);
		if (evening.isAfter(now)) times.push({ id: "evening", label: __("Today {0}", ["17:00"]), field: at(evening) });
		times.push({ id: "morning", label: __("Tomorrow {0}", ["10:00"]), field: at(now.clone().add(1, "day").hour(10).minute(0)) });
		return times;
	};

	// {due_at, people} of the community, once they have come
	counter.defaults_of = (form) => (counter.defaults || {})[form.community] || {};

	counter.load_defaults = async (community) => {
		if (!community) return;
		const answer = await counter.read("promise_defaults", { community });
		if (answer) counter.defaults = { ...(counter.defaults || {}), [community]: answer };
	};

	// {people, teams} a complaint of the community may be about, once they have come
	counter.complained_of = (form) => (counter.complained || {})[form.community] || { people: [], teams: [] };

	counter.load_complained_of = async (community) => {
		if (!community || (counter.complained || {})[community]) return;
		const answer = await counter.read("complained_of", { community });
		if (answer) counter.complained = { ...(counter.complained || {}), [community]: answer };
	};

	// What one call sends: contact, what it becomes, promise
	counter.order_of = (form) => {
		const contact = {
			subject: form.subject.trim(),
			kind: form.kind,
			channel: form.channel,
			details: form.details.trim(),
			resident: form.is_anonymous ? "" : form.resident,
			caller_name: form.is_anonymous || form.resident ? "" : form.caller_name.trim(),
			caller_phone: form.is_anonymous ? "" : form.caller_phone.trim(),
			unit: form.unit,
			place: form.unit ? "" : form.place.trim(),
			is_anonymous: form.is_anonymous,
			answer: form.answer.trim(),
			knowledge_article: form.article,
			client_key: form.key,
		};
		// Without one the server takes that of the unit.
		if (form.community) contact.community = form.community;
		const order = { contact };
		if (form.kind === "Repair") {
			const description = [contact.subject, contact.details].filter(Boolean).join(String.fromCharCode(10));
			order.follow_up = { category: form.category, priority: form.priority, description };
		} else if (counter.FELT.includes(form.kind)) {
			order.follow_up = form.category ? { category: form.category } : {};
			if (form.kind === "Complaint") {
				order.follow_up.level = form.level;
				if (form.person) order.follow_up.person_complained_of = form.person;
				if (form.team) order.follow_up.team_complained_of = form.team;
			}
		}
		if (form.promise) order.promise = promise_of(form);
		return order;
	};

	// Minutes run from now, not from when the form was begun; the usual ones are counted by the server.
	function promise_of(form) {
		const { about, chip, responsible } = form.promise;
		const promise = { about: about.trim() || form.subject.trim() };
		const running = ["half", "two"].includes(chip) && counter.times_of(form).find((one) => one.id === chip);
		const field = running ? running.field : form.promise.field;
		if (chip !== "usual" && field) promise.due_at = counter.from_field(field);
		if (responsible) promise.responsible = responsible;
		return promise;
	}
})();
