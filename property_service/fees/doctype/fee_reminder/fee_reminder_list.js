(() => {
	const COLOURS = { Due: "orange", Done: "green", "On Hold": "blue", Cancelled: "gray" };

	frappe.listview_settings["Fee Reminder"] = {
		hide_name_column: true,
		filters: [["status", "=", "Due"]],
		get_indicator: (doc) => [__(doc.status, null, "Fee Reminder"), COLOURS[doc.status], `status,=,${doc.status}`],
		formatters: { level: property_service.in_context("Fee Reminder") },
		onload(list) {
			list.page.add_inner_button(__("Reminder Call Sheet"), () => property_service.fees.call_sheet());
		},
	};
})();
