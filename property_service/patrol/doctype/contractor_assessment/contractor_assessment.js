(() => {
	// The dialogs are loaded after this script.
	const act = (frm, method, said) => property_service.dialogs.acts_of("property_service.patrol.api")(frm, method, {}, said).catch(() => {});

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
				frappe.confirm(__("Measure the month again? Scores and notes you have entered are replaced."), () => act(frm, "measure_assessment", __("Measured")))
			);
			frm
				.add_custom_button(__("Confirm"), () =>
					frappe.confirm(__("Confirm this assessment? Nobody can change it afterwards."), () => act(frm, "confirm_assessment", __("Confirmed")))
				)
				.addClass("btn-primary");
		},
	});
})();
