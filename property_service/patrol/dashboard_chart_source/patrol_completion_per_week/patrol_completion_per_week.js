frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Patrol Completion per Week"] = {
	method: "property_service.patrol.report_api.completion_per_week",
	filters: [],
};
