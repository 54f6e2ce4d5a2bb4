frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Open Findings by Severity"] = {
	method: "property_service.patrol.report_api.open_by_severity",
	filters: [],
};
