frappe.views.calendar["Community Event"] = {
	field_map: { start: "starts_at", end: "ends_at", id: "name", title: "title", allDay: "all_day" },
	options: {
		// Times are changed on the event, where residents are told; here they are looked at.
		editable: false,
		selectable: false,
	},
	get_css_class: (data) => data.css_class,
	get_events_method: "property_service.community_life.api.events_calendar",
};
