// A message as it was said to the resident, to be pasted where he reads.

frappe.ui.form.on("Service Message", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.__onload?.waits_for_gateway) {
			frm.set_intro(__("No SMS gateway is set up. The message waits and is sent once SMS Settings name one."), "orange");
		}
		frm.add_custom_button(__("Copy for WeChat"), () => {
			frappe.utils.copy_to_clipboard([frm.doc.subject, frm.doc.text].filter(Boolean).join("\n"));
		});
	},
});
