frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Contacts per Day"] = {
	method: "property_service.front_desk.report_api.contacts_per_day",
	filters: [],
};
