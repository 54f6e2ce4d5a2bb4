frappe.provide("property_service.patrol");

(() => {
	const COLOURS = { Open: "orange", Fixed: "blue", "Recheck Failed": "red", Closed: "green", Withdrawn: "gray" };
	const GRAVE = { Serious: "orange", Critical: "red" };
	const LIVE = ["Open", "Recheck Failed"];

	// → {late, colour, text} of what is still to be put right; null for all else.
	property_service.patrol.lateness = (doc) => {
		if (!LIVE.includes(doc.status) || !doc.due_at) return null;
		const minutes = moment(doc.due_at).diff(moment(frappe.datetime.system_datetime()), "seconds") / 60;
		const span = property_service.patrol.duration(Math.abs(minutes));
		if (minutes < 0) return { late: true, colour: "red", text: __("Overdue by {0}", [span]) };
		return { late: false, colour: minutes < 240 ? "orange" : "green", text: __("Due in {0}", [span]) };
	};
	property_service.patrol.duration = (minutes) => {
		const total = Math.max(Math.round(minutes), 0);
		if (total < 60) return __("{0} min", [total]);
		if (total < 2880) return __("{0} h", [Math.floor(total / 60)]);
		return __("{0} d", [Math.floor(total / 1440)]);
	};

	frappe.listview_settings["Inspection Finding"] = {
		add_fields: ["status", "severity", "due_at", "repeat_count", "place", "unit", "building", "responsible_team", "responsible_resident", "assigned_to"],
		has_indicator_for_draft: 1,
		hide_name_column: true,

		get_indicator(doc) {
			const label = __(doc.status, null, "Inspection Finding");
			const late = property_service.patrol.lateness(doc);
			const filter = `status,=,${doc.status}`;
			return late && late.late ? [`${__("Overdue")} · ${label}`, "red", filter] : [label, COLOURS[doc.status], filter];
		},

		formatters: {
			// Not beside the title: a subject of one's own would lose its link and its checkbox.
			due_at(value, df, doc) {
				const late = property_service.patrol.lateness(doc);
				const colour = GRAVE[doc.severity];
				const label = frappe.utils.escape_html(__(doc.severity, null, "Inspection Finding"));
				const parts = [
					colour ? `<span class="indicator-pill no-indicator-dot ${colour}" style="padding:2px 6px">${label}</span>` : "",
					late ? `<span style="color: var(--text-on-${late.colour})">${late.text}</span>` : "",
					cint(doc.repeat_count) > 1 ? `<span class="text-muted">${__("{0}× here", [doc.repeat_count])}</span>` : "",
				];
				return `<span class="ellipsis">${parts.filter(Boolean).join("&nbsp; ")}</span>`;
			},
		},

		onload(list) {
			const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Inspection Finding", ...row])));
			const live = ["status", "in", LIVE];
			for (const [label, filters] of [
				[__("Overdue"), [live, ["due_at", "<", frappe.datetime.now_datetime()]]],
				[__("To Recheck"), [["status", "=", "Fixed"]]],
				[__("Assigned to Me"), [live, ["assigned_to", "=", frappe.session.user]]],
				[__("Found Again"), [["repeat_count", ">", 1]]],
				[__("All Open"), [["status", "in", [...LIVE, "Fixed"]]]],
			]) {
				list.page.add_inner_button(label, () => only(filters), __("Show"));
			}
			if (frappe.model.can_create("Inspection Finding")) {
				list.page.add_inner_button(__("Report With Photo"), () => property_service.patrol.report());
			}
		},
	};
})();
