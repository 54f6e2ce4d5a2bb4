frappe.listview_settings["Unit Fee"] = {
	add_fields: ["price_rule", "own_price", "discount_percent", "from_date", "to_date"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.to_date && doc.to_date < today) return [__("Ended"), "gray", `to_date,<,${today}`];
		if (doc.from_date > today) return [__("Not Begun"), "blue", `from_date,>,${today}`];
		return [__("In Force"), "green", `from_date,<=,${today}`];
	},

	formatters: {
		price_rule(value, _df, doc) {
			const shown = { "Own Price": [__("Own Price"), doc.own_price], Discount: [__("Discount"), `${doc.discount_percent} %`] }[value];
			return frappe.utils.escape_html(shown ? shown.join(" ") : __(value));
		},
	},
};
