frappe.listview_settings["Community Notice"] = {
	hide_name_column: true,
	add_fields: ["status", "is_urgent", "recipient_count", "read_count"],
	get_indicator(doc) {
		const colours = { Draft: "gray", Scheduled: "blue", Published: "green", Ended: "gray", Withdrawn: "red" };
		const label = __(doc.status, null, "Community Notice");
		if (doc.is_urgent && doc.status === "Published") return [`${__("Urgent")} · ${label}`, "red", "status,=,Published|is_urgent,=,1"];
		return [label, colours[doc.status], `status,=,${doc.status}`];
	},
	formatters: {
		read_count(value, _df, doc) {
			return doc.recipient_count ? `<span class="ellipsis">${__("{0} of {1} read", [cint(value), doc.recipient_count])}</span>` : "";
		},
	},
};
