// The filters by which Collection Rate and its details ask for the same figures.
frappe.provide("property_service.fees");

// Months are set one after the other, by a link or by hand: what stands between is not asked for.
property_service.fees.ask_if_in_order = (report) => {
	const { from_month, to_month } = report.get_filter_values();
	if (!from_month || !to_month) return;
	if (from_month <= to_month) report.refresh(true);
	else report.show_status(__("The first month lies after the last. Please correct one of them."));
};

property_service.fees.rate_filters = () => [
	{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
	{
		fieldname: "from_month",
		label: __("First Month"),
		fieldtype: "Date",
		default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
		reqd: 1,
		on_change: property_service.fees.ask_if_in_order,
	},
	{
		fieldname: "to_month",
		label: __("To Month"),
		fieldtype: "Date",
		default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
		reqd: 1,
		on_change: property_service.fees.ask_if_in_order,
	},
	{ fieldname: "cut_off", label: __("Cut-off Date"), fieldtype: "Date" },
	{
		fieldname: "group_by",
		label: __("Group By"),
		fieldtype: "Select",
		options: [
			["Community", __("Community")],
			["Building", __("Building")],
			["Steward", __("Steward")],
			["Item", __("Fee Item")],
			["Month", __("Month of Service")],
			["Service Area", __("Service Area")],
		].map(([value, label]) => ({ value, label })),
		default: "Building",
		reqd: 1,
	},
	{
		fieldname: "collected_for",
		label: __("Collected For"),
		fieldtype: "Select",
		options: [
			["Own", __("Own")],
			["Utility", __("Utility")],
			["Developer", __("Developer")],
			["All", __("All of Them")],
		].map(([value, label]) => ({ value, label })),
		default: "Own",
		reqd: 1,
	},
];

// Filters given by a link are checked by the server first; only then do they count.
property_service.fees.when_checked = () => new Promise((ready) => frappe.after_ajax(ready));

property_service.fees.NO_RATE = `<div style="text-align: right">–</div>`;
