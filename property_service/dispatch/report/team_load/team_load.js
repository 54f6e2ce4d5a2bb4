frappe.query_reports["Team Load"] = {
	filters: [
		{ fieldname: "community", label: __("Community"), fieldtype: "Link", options: "Community" },
		{ fieldname: "team", label: __("Work Team"), fieldtype: "Link", options: "Work Team" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		const full = column.fieldname === "in_all_teams" && data.cap && data.in_all_teams >= data.cap;
		const late = column.fieldname === "late_jobs" && data.late_jobs > 0;
		const nobody = column.fieldname === "member" && !data.user;
		if (late || full) return `<span style="color: var(--red-600); font-weight: 600">${shown}</span>`;
		return nobody ? `<i>${shown}</i>` : shown;
	},
};
