// Visits that residents wish for, by the time they named.
frappe.views.calendar["Repair Request"] = {
	field_map: {
		start: "wished_from",
		end: "wished_to",
		id: "name",
		title: "title",
		allDay: "all_day",
	},
	options: {
		// The wished time is changed on the request, where the resident is told; here it is looked at.
		editable: false,
		selectable: false,
	},
	get_events_method: "property_service.repairs.desk_api.wished_visits",
	get_css_class: (data) => data.css_class,
};
