(() => {
	const COLOURS = { Due: "orange", Done: "green", "On Hold": "blue", Cancelled: "gray" };

	frappe.listview_settings["Fee Reminder"] = {
		filters: [["status", "=", "Due"]],
		get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
		onload(list) {
			list.page.add_inner_button(__("Reminder Call Sheet"), () => property_service.fees.call_sheet());
		},
	};
})();
