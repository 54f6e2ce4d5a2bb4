frappe.listview_settings["Contractor Assessment"] = {
	hide_name_column: true,
	add_fields: ["status", "score", "deduction"],
	get_indicator: (doc) => [`${__(doc.status, null, "Contractor Assessment")} · ${format_number(doc.score, null, 1)}`, { Draft: "orange", Confirmed: "green" }[doc.status], `status,=,${doc.status}`],
	formatters: {
		month: (value) => frappe.utils.escape_html(String(value || "").slice(0, 7)),
		score(value) {
			const colour = value >= 90 ? "green" : value >= 75 ? "orange" : "red";
			return `<span style="color: var(--text-on-${colour})">${format_number(value, null, 1)}</span>`;
		},
	},
};
