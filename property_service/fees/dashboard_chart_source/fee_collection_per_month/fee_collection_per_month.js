frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Fee Collection per Month"] = {
	method: "property_service.fees.report_api.money_per_month",
	filters: [],
};
