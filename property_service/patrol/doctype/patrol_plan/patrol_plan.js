frappe.ui.form.on("Patrol Plan", {
	setup(frm) {
		frm.set_query("route", () => ({ filters: { enabled: 1, ...(frm.doc.community ? { community: frm.doc.community } : {}) } }));
		for (const field of ["assigned_to", "substitute"]) {
			frm.set_query(field, () => ({ filters: { user_type: "System User", enabled: 1 } }));
		}
	},
	refresh(frm) {
		const next = (frm.doc.__onload || {}).next_rounds || [];
		if (frm.is_new() || !next.length) return;
		frm.set_intro(__("Next rounds: {0}", [next.map((moment) => frappe.utils.escape_html(moment)).join(" · ")]), "blue");
		frm.add_custom_button(__("Rounds"), () => frappe.set_route("List", "Patrol Task", { plan: frm.doc.name }));
	},
});
