// A handover: what is open stands there by itself; two people sign it with buttons.
(() => {
	const API = "property_service.front_desk.handover_api";
	// The dialogs are loaded after this script.
	const ask = (...parts) => property_service.dialogs.ask(...parts);
	const act = (frm, method, ...parts) => property_service.dialogs.acts_of(API)(frm, method, ...parts);
	const staff_name = (user) => (frappe.boot.property_service_staff || {})[user] || frappe.user.full_name(user);
	const words = property_service.in_context("Shift Handover");
	const item_words = property_service.in_context("Shift Handover Item");

	frappe.ui.form.on("Shift Handover", {
		setup(frm) {
			for (const field of ["status", "shift"]) frm.get_docfield(field).formatter = words;
			frm.get_docfield("items", "kind").formatter = item_words;
			frm.set_query("received_by", () => ({ filters: { enabled: 1, user_type: "System User", name: ["!=", frappe.session.user] } }));
		},

		async refresh(frm) {
			frm.set_intro("");
			if (frm.is_new()) {
				frm.set_df_property("items", "hidden", 1);
				frm.set_intro(__("Choose community and shift and save: promises, complaints, incidents, late repairs, visits and emergencies that are open are filled in."), "blue");
				return;
			}
			frm.set_df_property("items", "hidden", 0);
			const { doc } = frm;
			const mine = doc.status === "Draft" && doc.handed_by === frappe.session.user;
			if (!mine) {
				frm.disable_form();
			}
			if (doc.status === "Draft" && !mine) frm.set_intro(__("A draft of {0}, not handed over yet.", [staff_name(doc.handed_by)]), "orange");
			if (doc.status === "Disputed") frm.set_intro(__("Disputed by {0}: {1}", [staff_name(doc.received_by), frappe.utils.escape_html(doc.receiver_note || "")]), "red");
			frm.add_custom_button(__("Print"), () => property_service.print_paper("Shift Handover", frm.doc.name, "Shift Handover Record"));
			const { name } = doc;
			const { message: acts } = await frappe.call({ method: `${API}.acts`, type: "GET", args: { name } });
			if (!acts || frm.doc.name !== name) return;
			if (acts.includes("fill_anew")) frm.add_custom_button(__("Read Again"), () => act(frm, "fill_anew", {}, __("Filled with what is open now.")).catch(() => {}));
			if (acts.includes("hand_over"))
				primary(frm, __("Hand Over"), () =>
					frappe.confirm(__("Hand this shift over? You cannot change it afterwards."), () => act(frm, "hand_over", {}, __("Handed over. The next shift signs it.")).catch(() => {}))
				);
			if (acts.includes("dispute"))
				frm.add_custom_button(__("Not Agreed"), () =>
					ask(__("Not Agreed"), [{ fieldname: "remark", fieldtype: "Small Text", label: __("What is not as it stands there?"), reqd: 1 }], __("Not Agreed"), (values) => act(frm, "dispute", values, __("The maker and the manager are told.")))
				);
			if (acts.includes("receive"))
				primary(frm, __("Receive"), () =>
					ask(__("Receive"), [{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") }], __("Sign"), (values) => act(frm, "receive", { remark: values.remark || "" }, __("Received")))
				);
		},
	});

	frappe.ui.form.on("Shift Handover Item", {
		items_add(frm, doctype, name) {
			frappe.model.set_value(doctype, name, "kind", "Other");
		},
	});

	function primary(frm, label, action) {
		frm.add_custom_button(label, action).removeClass("btn-default").addClass("btn-primary");
	}
})();
