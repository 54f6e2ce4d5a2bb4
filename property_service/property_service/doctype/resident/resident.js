const RESIDENT_API = "property_service.property_service.api";
const may_reveal = () =>
	["Property Front Desk", "Property Manager", "System Manager"].some((role) => frappe.user.has_role(role));

frappe.ui.form.on("Resident", {
	refresh(frm) {
		if (frm.is_new()) return;
		show_rooms(frm);
		show_duplicates(frm);
		if (frm.doc.identity_number && may_reveal()) {
			frm.add_custom_button(__("Show Identity Number"), () => reveal(frm));
		}
		if (!frm.doc.merged_into && frm.perm[0]?.write) {
			frm.add_custom_button(__("Add Unit"), () => frappe.new_doc("Unit Occupancy", { resident: frm.doc.name }));
			frm.add_custom_button(__("Merge a Duplicate"), () => choose(frm));
		}
	},
});

function show_rooms(frm) {
	const stays = frm.doc.__onload?.stays || [];
	const escape = frappe.utils.escape_html;
	const rows = stays.map(
		(stay) => `<a href="${frappe.utils.get_form_link("Property Unit", stay.unit)}">${escape(stay.short_label)}</a>
			<span class="text-muted">${__(stay.relation)}</span>`
	);
	frm.get_field("rooms").$wrapper.html(
		rows.length ? rows.join(" · ") : `<span class="text-muted">${__("No unit at present.")}</span>`
	);
}

function show_duplicates(frm) {
	const reasons = { phone: __("same phone, similar name"), identity_number: __("same identity number") };
	for (const one of frm.doc.__onload?.duplicates || []) {
		const link = `<a href="${frappe.utils.get_form_link("Resident", one.name)}">${frappe.utils.escape_html(one.resident_name)}</a>`;
		frm.dashboard.add_comment(__("Perhaps the same person: {0} ({1})", [link, reasons[one.reason]]), "yellow", true);
	}
}

function reveal(frm) {
	frappe.confirm(__("Viewing it is logged. Show the identity number?"), async () => {
		const answer = await frappe.xcall(`${RESIDENT_API}.reveal`, { resident: frm.doc.name, what: "identity_number" });
		frappe.msgprint({ title: __("Identity Number"), message: frappe.utils.escape_html(answer.identity_number) });
	});
}

function choose(frm) {
	frappe.prompt(
		{
			fieldname: "duplicate",
			fieldtype: "Link",
			options: "Resident",
			label: __("Duplicate", null, "Resident"),
			reqd: 1,
			default: frm.doc.__onload?.duplicates?.[0]?.name,
			description: __("Its units, vehicles, phones and requests move to this record. It stays as an inactive record."),
			get_query: () => ({ filters: { name: ["!=", frm.doc.name], is_active: 1 } }),
		},
		async ({ duplicate }) => {
			await frappe.xcall(`${RESIDENT_API}.merge_residents`, { keep: frm.doc.name, duplicate });
			frappe.show_alert({ message: __("Merged."), indicator: "green" });
			frm.reload_doc();
		},
		__("Merge a Duplicate"),
		__("Merge")
	);
}
