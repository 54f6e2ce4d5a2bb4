(() => {
	const call = (frm, method, said) =>
		frappe
			.call({ method: `property_service.patrol.api.${method}`, args: { name: frm.doc.name }, freeze: true })
			.then(() => {
				frappe.show_alert({ message: said, indicator: "green" });
				return frm.reload_doc();
			})
			.catch(() => {});

	frappe.ui.form.on("Contractor Assessment", {
		setup(frm) {
			frm.set_query("contractor", () => ({ filters: { is_active: 1 } }));
		},

		onload(frm) {
			if (frm.is_new() && !frm.doc.month) frm.set_value("month", frappe.datetime.add_months(frappe.datetime.month_start(), -1));
		},

		refresh(frm) {
			if (frm.is_new()) {
				frm.set_intro(__("Choose contractor, community and month and save: what the month held is measured and proposed."));
				return;
			}
			const confirmed = frm.doc.status === "Confirmed";
			if (confirmed) frm.disable_save();
			frm.set_df_property("lines", "read_only", confirmed);
			frm.add_custom_button(__("Print"), () => property_service.print_paper("Contractor Assessment", frm.doc.name, "Contractor Assessment Sheet"));
			if (confirmed || !frappe.user.has_role("Property Manager")) return;
			frm.add_custom_button(__("Measure Again"), () =>
				frappe.confirm(__("Measure the month again? Scores and notes you have entered are replaced."), () => call(frm, "measure_assessment", __("Measured")))
			);
			frm
				.add_custom_button(__("Confirm"), () =>
					frappe.confirm(__("Confirm this assessment? Nobody can change it afterwards."), () => (frm.is_dirty() ? frm.save() : Promise.resolve()).then(() => call(frm, "confirm_assessment", __("Confirmed"))))
				)
				.addClass("btn-primary");
		},
	});
})();
