frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Findings per Week"] = {
	method: "property_service.patrol.report_api.findings_per_week",
	filters: [],
};
