frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Buildings with Most Arrears"] = {
	method: "property_service.fees.report_api.worst_buildings",
	filters: [],
};
