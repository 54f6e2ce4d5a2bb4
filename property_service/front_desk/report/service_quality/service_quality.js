{% include "property_service/public/js/front_desk/report_parts.js" %}

(() => {
	const parts = property_service.front_desk.report_parts;

	frappe.query_reports["Service Quality"] = {
		filters: [...parts.span_filters(), { fieldname: "person", label: __("Employee"), fieldtype: "Link", options: "User" }],

		// From a figure to its checks.
		onload: (report) =>
			parts.listen(report, "checks", ({ checks, month, person }) => {
				const route = { month: `${month}-01`, person };
				if (checks === "told") route.status = "Told";
				if (checks === "scored") route.status = ["in", ["Scored", "Told"]];
				if (checks === "passed") route.passed = 1;
				return ["Service Quality Check", route];
			}),

		formatter: parts.formatter(["drawn", "scored", "told", "passed"], (data, column) => ({
			checks: column.fieldname,
			month: data.month,
			person: data.person,
		})),
	};
})();
