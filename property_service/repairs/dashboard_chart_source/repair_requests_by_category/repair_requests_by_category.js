frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Repair Requests by Category"] = {
	method: "property_service.repairs.desk_api.requests_by_category",
	filters: [],
};
