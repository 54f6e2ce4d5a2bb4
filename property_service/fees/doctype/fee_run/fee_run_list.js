frappe.listview_settings["Fee Run"] = {
	add_fields: ["status", "community", "batches_done", "batches_total"],
	hide_name_column: true,
	has_indicator_for_draft: 1,

	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Previewing: "orange",
			Previewed: "blue",
			Running: "orange",
			Done: "green",
			Failed: "red",
			Voiding: "orange",
			Voided: "gray",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
