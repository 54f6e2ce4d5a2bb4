frappe.listview_settings["Decoration Terms"] = {
	onload(list) {
		if (!frappe.model.can_create("Decoration Terms")) return;
		list.page.add_inner_button(__("Usual Terms"), () =>
			frappe.prompt(
				[{ fieldname: "community", fieldtype: "Link", options: "Community", label: __("Community"), reqd: 1, description: __("Made with their hours, documents, questions and fee items; all can be changed afterwards.") }],
				(values) =>
					frappe
						.call({ method: "property_service.decoration.api.make_usual_terms", args: values, freeze: true })
						.then(({ message }) => frappe.set_route("Form", "Decoration Terms", message.name)),
				__("Usual Terms"),
				__("Make")
			)
		);
	},
};
