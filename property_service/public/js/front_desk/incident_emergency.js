// From an incident to the log of the emergency it is.
(() => {
	const KINDS = ["Fire", "Flood", "Gas", "Power Failure", "Lift Entrapment", "Injury", "Theft", "Dispute", "Weather", "Other"];

	frappe.ui.form.on("Service Incident", {
		refresh(frm) {
			if (frm.is_new() || frm.doc.status === "Closed" || !frappe.model.can_create("Emergency Log")) return;
			frm.add_custom_button(__("Emergency Log"), () =>
				property_service.dialogs.ask(
					__("Open an Emergency Log"),
					[
						{ fieldname: "kind", fieldtype: "Select", label: __("Kind"), reqd: 1, options: KINDS.map((value) => ({ value, label: __(value, null, "Emergency Log") })) },
						{ fieldtype: "HTML", options: `<p class="text-muted">${__("The manager is told at once.")}</p>` },
					],
					__("Open"),
					(values) =>
						property_service.dialogs
							.send("property_service.front_desk.emergency_api.raise_from_incident", { incident: frm.doc.name, kind: values.kind })
							.then((answer) => frappe.set_route("Form", "Emergency Log", answer.name))
				)
			);
		},
	});
})();
