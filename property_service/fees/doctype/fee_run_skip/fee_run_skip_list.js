frappe.listview_settings["Fee Run Skip"] = {
	add_fields: ["fee_item", "reason_template", "reason_params"],
	hide_name_column: true,

	// The reason is stored in the language of whoever started the run; each reads it in his own.
	formatters: {
		reason(value, _df, doc) {
			const told = doc.reason_template ? __(doc.reason_template, JSON.parse(doc.reason_params || "[]")) : value;
			const item = doc.fee_item ? `${doc.fee_item}: ` : "";
			return `<span class="ellipsis" title="${frappe.utils.escape_html(item + told)}">${frappe.utils.escape_html(item + told)}</span>`;
		},
		service_month: (value) => (value ? frappe.utils.escape_html(String(value).slice(0, 7)) : ""),
	},
};
