frappe.listview_settings["Patrol Checkpoint"] = {
	hide_name_column: true,
	onload(listview) {
		if (!frappe.model.can_write("Patrol Checkpoint")) return;
		listview.page.add_actions_menu_item(__("Make Labels"), () => {
			property_service.patrol.make_labels(listview.get_checked_items(true));
		});
	},
};
