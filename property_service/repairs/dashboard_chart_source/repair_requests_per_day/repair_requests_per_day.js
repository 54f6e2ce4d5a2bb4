frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Repair Requests per Day"] = {
	method: "property_service.repairs.desk_api.requests_per_day",
	filters: [],
};
