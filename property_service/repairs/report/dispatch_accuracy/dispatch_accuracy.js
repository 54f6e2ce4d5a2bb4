{% include "property_service/public/js/front_desk/report_parts.js" %}

(() => {
	const parts = property_service.front_desk.report_parts;
	const group_by = () => frappe.query_report.get_filter_value("group_by");

	frappe.query_reports["Dispatch Accuracy"] = {
		filters: parts.span_filters([
			["Month", __("Month")],
			["Category", __("Category")],
			["Community", __("Community")],
		]),

		// From a figure to the repairs that were dispatched.
		onload: (report) =>
			parts.listen(report, "dispatched", ({ dispatched, by }) => {
				const route = { dispatched_at: ["Between", parts.days(report, by === "Month" && dispatched)], stage: ["!=", "Void"] };
				if (by !== "Month") route[by.toLowerCase()] = dispatched || ["is", "not set"];
				return ["Repair Request", route];
			}),

		formatter: parts.formatter(["dispatched"], (data) => ({ dispatched: data.group_key, by: group_by() })),
	};
})();
