{% include "property_service/public/js/front_desk/report_parts.js" %}
// From a figure of the report to the complaints behind it.

frappe.query_reports["Complaint Causes"] = {
	filters: [
		...property_service.front_desk.report_parts.span_filters(),
		{
			fieldname: "group_by",
			label: __("Rows Stand For"),
			fieldtype: "Select",
			options: ["Cause", "Level", "Building", "Team", "Channel", "Month"].map((value) => ({ value, label: __(value) })),
			default: "Cause",
			reqd: 1,
		},
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: ["Complaint", "Suggestion", "Praise"].map((value) => ({ value, label: __(value, null, "Resident Complaint") })),
			default: "Complaint",
		},
	],

	fields: { Cause: "category", Level: "level", Building: "building", Team: "team_complained_of", Channel: "channel" },

	// The rows of the list behind each column.
	behind: {
		complaints: {},
		valid: { is_valid: "Valid" },
		not_valid: { is_valid: "Not Valid" },
		answer_late: { first_answer_late: 1 },
		solved_late: { solved_late: 1 },
		solve_in_time: { solve_due: ["is", "set"], resolved_at: ["is", "set"], solved_late: ["!=", 1] },
		reopened: { reopened_count: [">", 0] },
		visited: { visit_result: ["in", "Satisfied,Fairly Satisfied,Dissatisfied"] },
		satisfied: { visit_result: ["in", "Satisfied,Fairly Satisfied"] },
		open: { stage: ["in", "Open,Working,Waiting"] },
	},

	onload(report) {
		report.page.main.on("click", "a[data-complaints]", (event) => {
			event.preventDefault();
			const { complaints, group } = event.currentTarget.dataset;
			this.drill(report, complaints, group);
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = column.fieldname === "group_name" && !value ? "–" : default_formatter(value, row, column, data);
		if (!data) return shown;
		const text = column.fieldtype === "Percent" && value == null ? "–" : shown;
		if (data.is_total) return `<b>${text}</b>`;
		if (!value || !this.behind[column.fieldname]) return text;
		return `<a href="#" data-complaints="${column.fieldname}" data-group="${frappe.utils.escape_html(data.group)}">${text}</a>`;
	},

	drill(report, column, group) {
		const group_by = report.get_filter_value("group_by");
		const options = { kind: report.get_filter_value("kind") || "Complaint", status: ["!=", "Withdrawn"], ...this.behind[column] };
		if (group_by !== "Month") options[this.fields[group_by]] = group ? ["=", group] : ["is", "not set"];
		options.received_at = ["Between", property_service.front_desk.report_parts.days(report, group_by === "Month" && group)];
		const community = report.get_filter_value("community");
		if (community) options.community = community;
		frappe.route_options = options;
		frappe.set_route("List", "Resident Complaint", "List");
	},
};
