{% include "property_service/public/js/front_desk/report_parts.js" %}

(() => {
	const parts = property_service.front_desk.report_parts;
	const group_by = () => frappe.query_report.get_filter_value("group_by");

	frappe.query_reports["Service Promise Kept"] = {
		filters: [
			...parts.span_filters([
				["Month", __("Month")],
				["Category", __("Category")],
				["Team", __("Team or Person")],
			]),
			parts.choice("kind", __("Kind"), [
				["All", __("All")],
				["Repairs", __("Repairs")],
				["Complaints", __("Complaints")],
			]),
		],

		// The rows of the list behind the number of a row.
		onload: (report) =>
			parts.listen(report, "kept", ({ kept, key, by }) => {
				const repairs = kept === "Repairs";
				const days = ["Between", parts.days(report, by === "Month" && key)];
				const route = { [repairs ? "reported_at" : "received_at"]: days, stage: ["!=", "Void"] };
				if (!repairs) route.kind = "Complaint";
				if (by !== "Month") route[by === "Category" ? "category" : repairs ? "team" : "assigned_to"] = key || ["is", "not set"];
				return [repairs ? "Repair Request" : "Resident Complaint", route];
			}),

		formatter: parts.formatter(["number"], (data) => ({ kept: data.kind, key: data.group_key, by: group_by() })),
	};
})();
