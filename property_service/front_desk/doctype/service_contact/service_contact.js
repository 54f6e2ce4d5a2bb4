// What the form of a contact shows: who it was, and what follows from it.
(() => {
	const API = "property_service.front_desk.counter_api";

	frappe.ui.form.on("Service Contact", {
		setup(frm) {
			for (const field of ["status", "kind", "channel"]) {
				frm.get_docfield(field).formatter = property_service.in_context("Service Contact");
			}
			// A DocType's name is shown in the reader's language.
			frm.get_docfield("reference_doctype").formatter = property_service.in_context();
			for (const field of ["unit", "building"]) {
				frm.set_query(field, () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
			}
		},

		refresh(frm) {
			if (frm.is_new()) return;
			// Afterwards a resident is linked by the button, which offers what else came from his phone.
			frm.set_df_property("resident", "read_only", 1);
			add_buttons(frm);
		},
	});

	async function add_buttons(frm) {
		const name = frm.doc.name;
		const { message: facts } = await frappe.call({ method: `${API}.contact_facts`, type: "GET", args: { name } });
		if (!facts || frm.doc.name !== name) return;
		if (facts.acts.includes("link")) frm.add_custom_button(__("Link to a Resident"), () => link(frm, facts.others)).addClass("btn-primary");
		if (facts.acts.includes("promise")) {
			const about = { contact: name, about: frm.doc.subject };
			frm.add_custom_button(__("Promise a Call Back"), () => property_service.front_desk.promise_call(frm.doc.community, about, () => frm.reload_doc()));
		}
		if (frm.doc.callback_promise) {
			frm.add_custom_button(__("Open the Promise"), () => frappe.set_route("Form", "Callback Promise", frm.doc.callback_promise));
		}
	}

	function link(frm, others) {
		const rows = others.filter((row) => row.name !== frm.doc.name && row.name !== frm.doc.callback_promise);
		const label = (row) => `${row.at.slice(0, 16)} ${row.text}`;
		property_service.dialogs.ask(
			__("Link to a Resident"),
			[
				{ fieldname: "resident", fieldtype: "Link", options: "Resident", label: __("Resident"), reqd: 1 },
				...(rows.length ? [{ fieldtype: "Section Break", label: __("Also From This Phone") }] : []),
				...rows.map((row, at) => ({ fieldname: `other_${at}`, fieldtype: "Check", label: label(row), default: 1 })),
			],
			__("Link to Resident"),
			(values) =>
				property_service.dialogs
					.send(`${API}.link_contact`, {
						contact: frm.doc.name,
						resident: values.resident,
						others: rows.filter((_row, at) => values[`other_${at}`]).map(({ doctype, name }) => ({ doctype, name })),
					})
					.then(() => {
						frappe.show_alert({ message: __("Linked."), indicator: "green" });
						return frm.reload_doc();
					})
		);
	}
})();
