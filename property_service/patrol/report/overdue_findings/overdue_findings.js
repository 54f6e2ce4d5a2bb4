frappe.query_reports["Overdue Findings"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{
			fieldname: "severity",
			label: __("Severity"),
			fieldtype: "Select",
			options: ["", "Minor", "Normal", "Serious", "Critical"].map((value) => ({ value, label: value ? __(value, null, "Inspection Finding") : "" })),
		},
		{ fieldname: "responsible_team", label: __("Team"), fieldtype: "Link", options: "Work Team" },
		{ fieldname: "assigned_to", label: __("Person"), fieldtype: "Link", options: "User" },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (column.fieldname === "hours") return `<b style="color: var(--text-on-red)">${shown}</b>`;
		const colour = { Critical: "red", Serious: "orange" }[data.severity];
		if (column.fieldname === "severity_label" && colour) return `<span class="indicator-pill no-indicator-dot ${colour}">${shown}</span>`;
		if (column.fieldname === "repeat_count" && value > 1) return `<b style="color: var(--text-on-orange)">${shown}</b>`;
		return shown;
	},
};
