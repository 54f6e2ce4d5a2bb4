frappe.provide("property_service.repairs");

frappe.listview_settings["Repair Request"] = {
	// All that indicator and formatters need comes with the rows; nothing is asked for row by row.
	add_fields: [
		...["status", "stage", "priority", "category", "unit", "public_place", "building", "assigned_to", "team"],
		...["respond_by", "finish_by", "arrived_at", "alert_level", "response_late", "finish_late"],
		...["is_rework", "is_warranty", "urge_count"],
	],
	hide_name_column: false,
	has_indicator_for_draft: 1,

	get_indicator: (doc) => property_service.repairs.indicator(doc),

	formatters: {
		category(value, df, doc) {
			const text = frappe.utils.escape_html;
			const colour = { Emergency: "red", High: "orange" }[doc.priority];
			const marks = [
				cint(doc.urge_count) ? __("Urged {0}×", [doc.urge_count]) : "",
				cint(doc.is_rework) ? __("Rework") : "",
				cint(doc.is_warranty) ? __("Warranty") : "",
			].filter(Boolean);
			const told = marks.length ? ` <span class="text-muted">(${text(marks.join(", "))})</span>` : "";
			const label = text(__(value));
			const shown = colour ? `<span class="indicator-pill no-indicator-dot ${colour}" style="padding:2px 6px">${label}</span>` : label;
			const title = text(`${__(doc.priority)}: ${__(value)}`);
			return `<span class="filterable ellipsis" data-filter="category,=,${text(value)}" title="${title}">${shown}${told}</span>`;
		},
		unit(value, df, doc) {
			const place = frappe.utils.escape_html(value || doc.public_place || doc.building || "");
			return `<span class="ellipsis" title="${place}">${place}</span>`;
		},
		assigned_to(value) {
			if (!value) return `<span class="text-muted">${__("Nobody yet")}</span>`;
			return `<span class="ellipsis">${frappe.utils.escape_html(frappe.user.full_name(value))}</span>`;
		},
		finish_by(value, df, doc) {
			const late = property_service.repairs.lateness(doc);
			if (!late) return "";
			return `<span class="ellipsis" style="color: var(--text-on-${late.colour})">${late.text}</span>`;
		},
	},

	onload(listview) {
		if (listview.view_name !== "List") return;
		const only = (filters) =>
			listview.filter_area.clear(false).then(() =>
				listview.filter_area.add(filters.map((row) => ["Repair Request", ...row]))
			);
		const live = ["stage", "in", property_service.repairs.LIVE];
		const quick = [
			[__("Assigned to Me"), [live, ["assigned_to", "=", frappe.session.user]]],
			[__("Unassigned"), [["stage", "=", "Open"], ["assigned_to", "is", "not set"]]],
			[__("Overdue"), [live, ["finish_late", "=", 1]]],
			[__("To Accept"), [["status", "=", "New"]]],
			[__("All Open"), [live]],
		];
		for (const [label, filters] of quick) {
			listview.page.add_inner_button(label, () => only(filters), __("Show"));
		}
		listview.page.add_menu_item(__("Jobs on the Phone"), () => window.open("/jobs", "_blank"));
	},

	refresh(listview) {
		if (listview.view_name !== "Kanban") return;
		property_service.boards.show(listview, "finish_by");
		// The first answer may come without the linked fields: the framework asks before it knows their titles.
		const [row] = listview.data || [];
		if (row && !("unit" in row) && !listview.asked_for_units) {
			listview.asked_for_units = true;
			listview.refresh();
		}
	},
};
