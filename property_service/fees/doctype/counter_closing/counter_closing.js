// A closing on the desk is made at the payment counter; here it is read and printed.

frappe.ui.form.on("Counter Closing", {
	refresh(frm) {
		if (frm.is_new()) {
			frm.disable_save();
			frm.set_intro(__("A shift is closed at the payment counter: Close the Shift."));
			return;
		}
		frm.add_custom_button(__("Receipts"), () =>
			frappe.set_route("List", "Fee Receipt", { counter_closing: frm.doc.name })
		);
		frm.add_custom_button(__("Print"), () =>
			property_service.print_paper("Counter Closing", frm.doc.name, "Counter Closing Sheet", { trigger_print: 1 })
		);
		if (flt(frm.doc.difference)) {
			frm.set_intro(__("What was counted differs by {0}.", [format_number(frm.doc.difference, null, 2)]), "orange");
		}
	},
});
