frappe.listview_settings["Service Quality Check"] = {
	hide_name_column: true,
	add_fields: ["status", "passed", "percent"],
	get_indicator(doc) {
		const colour = doc.status === "Drawn" ? "orange" : doc.passed ? "green" : "red";
		const result = doc.status === "Drawn" ? "" : ` · ${format_number(doc.percent, null, 0)} %`;
		return [`${__(doc.status, null, "Service Quality Check")}${result}`, colour, `status,=,${doc.status}`];
	},
	formatters: {
		month: (value) => frappe.utils.escape_html(String(value || "").slice(0, 7)),
		person: (value) => frappe.utils.escape_html(((frappe.boot.property_service_staff || {})[value] || frappe.user.full_name(value)) || value || ""),
	},

	onload(list) {
		if (!frappe.user.has_role("Property Manager")) return;
		list.page.add_inner_button(__("Draw"), () =>
			property_service.dialogs.ask(
				__("Draw Contacts"),
				[
					{ fieldname: "community", fieldtype: "Link", options: "Community", label: __("Community"), reqd: 1, default: frappe.defaults.get_user_default("Community") },
					{ fieldname: "month", fieldtype: "Date", label: __("Month"), description: __("Any day of it; empty: last month.") },
					{ fieldtype: "HTML", options: `<p class="text-muted">${__("Drawn by lot; whoever is drawn is not told. A month drawn before stays as it was drawn.")}</p>` },
				],
				__("Draw"),
				(values) =>
					property_service.dialogs.send("property_service.front_desk.quality_api.draw", values).then(({ made }) => {
						frappe.show_alert({ message: __("{0} new checks.", [made]), indicator: made ? "green" : "blue" });
						list.refresh();
					})
			)
		);
	},
};
