// The acts of an event on the desk: each dialog sends one call and stays filled when the server refuses.
frappe.provide("property_service.events");

(() => {
	const events = property_service.events;
	const { ask, acts_of, send } = property_service.dialogs;
	const text = frappe.utils.escape_html;
	const act = acts_of("property_service.community_life.api");

	events.publish = (frm) =>
		frappe.confirm(__("Residents will see it in the portal and can sign up. Publish it?"), () =>
			act(frm, "publish", {}, __("Published")).catch(() => {})
		);

	events.close_sign_up = (frm) =>
		frappe.confirm(__("Nobody new can sign up from now on; whoever waits still moves up. Close sign-up?"), () =>
			act(frm, "close_sign_up", {}, __("Sign-up is closed")).catch(() => {})
		);

	events.cancel = (frm) =>
		ask(
			__("Cancel the Event"),
			[
				{ fieldname: "because", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("Residents read it.") },
				{ fieldtype: "HTML", options: `<p class="text-muted">${__("Everybody who signed up or waits is told at once. This cannot be taken back.")}</p>` },
			],
			__("Cancel the Event"),
			(values) => act(frm, "cancel_event", { because: values.because }, __("The event is cancelled, and everybody is told."))
		);

	events.sign_up = (frm) =>
		ask(
			__("Sign Somebody Up"),
			[
				{ fieldname: "resident", fieldtype: "Link", options: "Resident", label: __("Resident"), reqd: 1 },
				{ fieldname: "persons", fieldtype: "Int", label: __("Persons"), reqd: 1, default: 1, description: __("At most {0}.", [frm.doc.most_persons]) },
				{ fieldtype: "Column Break" },
				{
					fieldname: "unit",
					fieldtype: "Link",
					options: "Property Unit",
					label: __("Property Unit"),
					description: __("Empty: the first one the resident has here."),
					get_query: () => ({ filters: { community: frm.doc.community } }),
				},
				{ fieldname: "note", fieldtype: "Data", label: __("Note") },
			],
			__("Sign Up for This Event"),
			(values) =>
				send("property_service.community_life.api.sign_up", { event: frm.doc.name, unit: "", note: "", ...values }).then((answer) => {
					const waits = answer.status === "Waiting";
					const message = waits ? __("On the waiting list, number {0}", [answer.place_in_line]) : __("Signed up");
					frappe.show_alert({ message, indicator: waits ? "orange" : "green" });
					return frm.reload_doc();
				})
		);

	events.cancel_registration = (frm, party) =>
		frappe.confirm(__("Cancel the sign-up of {0}? Whoever waits first moves up.", [text(party.resident_name)]), () =>
			act(frm, "cancel_registration", { name: party.name }, __("Cancelled")).catch(() => {})
		);

	events.open_door = (frm) => window.open(`/event-check-in?event=${encodeURIComponent(frm.doc.name)}`, "_blank");

	events.print = (frm, format) => property_service.print_paper("Community Event", frm.doc.name, format);
})();
