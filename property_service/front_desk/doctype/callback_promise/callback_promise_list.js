(() => {
	const COLOURS = { Open: "blue", Kept: "green", Broken: "red", Cancelled: "gray" };
	const lateness = (doc) => property_service.front_desk.promise_lateness(doc);

	frappe.listview_settings["Callback Promise"] = {
		add_fields: ["status", "due_at", "answered_at", "responsible", "contact_name", "unit"],
		has_indicator_for_draft: 1,
		hide_name_column: true,

		get_indicator(doc) {
			const label = __(doc.status, null, "Callback Promise");
			const filter = `status,=,${doc.status}`;
			const late = lateness(doc);
			if (late && late.late) return [`${__("Overdue")} · ${label}`, "red", filter];
			// Answered too late is done, and stays broken.
			return [label, doc.status === "Broken" ? "orange" : COLOURS[doc.status], filter];
		},

		formatters: {
			responsible: (value) => frappe.utils.escape_html(frappe.user.full_name(value)),
			due_at(value, df, doc) {
				const late = lateness(doc);
				const shown = frappe.datetime.str_to_user(value).replace(/:\d\d$/, "");
				return late ? `<span class="ellipsis" title="${shown}" style="color: var(--text-on-${late.colour})">${late.text}</span>` : shown;
			},
		},

		refresh: (list) => property_service.boards.show(list, "due_at"),

		onload(list) {
			const only = (filters) => list.filter_area.clear(false).then(() => list.filter_area.add(filters.map((row) => ["Callback Promise", ...row])));
			const waits = ["answered_at", "is", "not set"];
			const live = ["status", "in", ["Open", "Broken"]];
			for (const [label, filters] of [
				[__("Mine"), [live, waits, ["responsible", "=", frappe.session.user]]],
				[__("Overdue"), [live, waits, ["due_at", "<", frappe.datetime.now_datetime()]]],
				[__("All Open"), [live, waits]],
				[__("Broken"), [["status", "=", "Broken"]]],
			]) {
				list.page.add_inner_button(label, () => only(filters), __("Show"));
			}
		},
	};
})();
