// The acts of a callback promise on the desk: each dialog sends one call and stays filled when the server refuses.
frappe.provide("property_service.front_desk");

(() => {
	const desk = property_service.front_desk;
	const API = "property_service.front_desk.counter_api";
	const CHANNELS = ["Phone", "WeChat", "On Site"];
	const WAITING = ["Open", "Broken"];
	const ask = (...args) => property_service.dialogs.ask(...args);
	const send = (method, values) => property_service.dialogs.send(`${API}.${method}`, values);
	const channel = () => ({
		fieldname: "channel",
		fieldtype: "Select",
		label: __("Channel"),
		reqd: 1,
		default: "Phone",
		options: CHANNELS.map((word) => ({ value: word, label: __(word, null, "Callback Attempt") })),
	});
	const act = (target, method, values, said) =>
		send(method, { name: target.name, ...values }).then((answer) => {
			frappe.show_alert({ message: said, indicator: answer.status === "Broken" ? "orange" : "green" });
			return target.done(answer);
		});

	// `target`: {name, due_at, done(answer)}; forms, lists and the counter share these dialogs.
	desk.keep_promise = (target) =>
		ask(
			__("Called Back"),
			[{ fieldname: "answer", fieldtype: "Small Text", label: __("What Was Answered"), reqd: 1 }, channel()],
			__("Called Back"),
			(values) => act(target, "keep_promise", values, __("The answer is recorded."))
		);
	desk.try_promise = (target) =>
		ask(
			__("Not Reached"),
			[channel(), { fieldname: "note", fieldtype: "Data", label: __("Note") }],
			__("Record the Attempt"),
			(values) => act(target, "try_promise", { channel: values.channel, note: values.note || "" }, __("The attempt is recorded; the promise stays."))
		);
	desk.put_off_promise = (target) =>
		ask(
			__("Put Off"),
			[
				{ fieldname: "due_at", fieldtype: "Datetime", label: __("New Time Agreed With the Caller"), reqd: 1, default: target.due_at },
				{ fieldname: "because", fieldtype: "Small Text", label: __("Why the Caller Wants Another Time"), reqd: 1 },
			],
			__("Put Off"),
			(values) => act(target, "put_off_promise", values, __("The new time is agreed."))
		);
	desk.hand_over_promise = (target, people) =>
		ask(
			__("Hand Over"),
			[
				{ fieldname: "to", fieldtype: "Select", label: __("Who Calls Back"), reqd: 1, options: people },
				{ fieldtype: "HTML", options: `<p class="text-muted">${__("The time stays. Whoever takes over is told.")}</p>` },
			],
			__("Hand Over"),
			(values) => act(target, "hand_over_promise", values, __("Handed over."))
		);
	desk.cancel_promise = (target) =>
		ask(
			__("Cancel the Promise"),
			[{ fieldname: "because", fieldtype: "Small Text", label: __("Why nobody needs to be called back"), reqd: 1 }],
			__("Cancel the Promise"),
			(values) => act(target, "cancel_promise", values, __("The promise is cancelled."))
		);

	// A new promise; `about` is what the server takes (contact, or reference_doctype and reference_name, or unit …).
	desk.promise_call = async (community, about, done) => {
		const { message: usual } = await frappe.call({ method: `${API}.promise_defaults`, type: "GET", args: { community } });
		const client_key = frappe.utils.get_random(20);
		return ask(
			__("Promise a Call Back"),
			[
				{ fieldname: "about", fieldtype: "Data", label: __("What Is Promised"), reqd: 1, default: about.about },
				{ fieldname: "due_at", fieldtype: "Datetime", label: __("By"), reqd: 1, default: usual.due_at },
				{ fieldname: "responsible", fieldtype: "Select", label: __("Who Calls Back"), reqd: 1, options: usual.people, default: frappe.session.user },
			],
			__("Promise"),
			(values) =>
				send("promise_call", { ...about, ...values, community, client_key }).then((answer) => {
					frappe.show_alert({ message: __("Promised by {0}", [frappe.datetime.str_to_user(answer.due_at)]), indicator: "green" });
					return done(answer);
				})
		);
	};

	// → {late, colour, text} of a promise somebody waits for; null for all else.
	desk.promise_lateness = (doc) => {
		if (!WAITING.includes(doc.status) || doc.answered_at || !doc.due_at) return null;
		const minutes = moment(doc.due_at).diff(moment(frappe.datetime.system_datetime()), "seconds") / 60;
		const span = desk.span(Math.abs(minutes));
		if (minutes < 0) return { late: true, colour: "red", text: __("Overdue by {0}", [span]) };
		return { late: false, colour: minutes < 60 ? "orange" : "green", text: __("Due in {0}", [span]) };
	};
	desk.span = (minutes) => {
		const total = Math.max(Math.round(minutes), 0);
		if (total < 60) return __("{0} min", [total]);
		if (total < 2880) return __("{0} h", [Math.floor(total / 60)]);
		return __("{0} d", [Math.floor(total / 1440)]);
	};
})();
