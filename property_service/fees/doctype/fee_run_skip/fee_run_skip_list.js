frappe.listview_settings["Fee Run Skip"] = {
	add_fields: ["fee_item", "reason_template", "reason_params"],
	hide_name_column: true,

	// The reason is stored in the language of whoever started the run; each reads it in his own.
	formatters: {
		reason(value, _df, doc) {
			const told = doc.reason_template ? __(doc.reason_template, JSON.parse(doc.reason_params || "[]")) : value;
			const shown = frappe.utils.escape_html(doc.fee_item ? `${told} (${doc.fee_item})` : told);
			return `<span class="ellipsis" title="${shown}">${shown}</span>`;
		},
		service_month: (value) => (value ? frappe.utils.escape_html(String(value).slice(0, 7)) : ""),
	},
};
