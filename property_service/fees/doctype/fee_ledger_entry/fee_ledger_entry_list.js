frappe.listview_settings["Fee Ledger Entry"] = {
	hide_name_column: true,
	add_fields: ["entry_type", "part", "amount", "reverses"],

	// What raises what is owed and what lowers it; entries that take another one back are grey.
	get_indicator(doc) {
		if (doc.reverses) return [__("Taken Back"), "gray", "reverses,is,set"];
		const colours = { Charge: "blue", "Late Fee": "orange", Adjustment: "purple", Payment: "green", Allocation: "green", Refund: "red", Deposit: "cyan" };
		return [__(doc.entry_type), colours[doc.entry_type], `entry_type,=,${doc.entry_type}`];
	},
};
