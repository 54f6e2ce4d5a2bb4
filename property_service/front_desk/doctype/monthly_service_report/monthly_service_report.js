// A month on one page: the figures are taken by the server, the manager adds the words and makes it final.
(() => {
	const API = "property_service.front_desk.monthly_api";

	const act = (frm, method, said) => property_service.dialogs.acts_of(API)(frm, method, {}, said).catch(() => {});

	frappe.ui.form.on("Monthly Service Report", {
		setup(frm) {
			frm.get_docfield("status").formatter = property_service.in_context("Monthly Service Report");
			frm.get_docfield("month").formatter = (value) => frappe.utils.escape_html(String(value || "").slice(0, 7));
		},

		onload(frm) {
			if (frm.is_new() && !frm.doc.month) frm.set_value("month", frappe.datetime.add_months(frappe.datetime.month_start(), -1));
		},

		async refresh(frm) {
			frm.set_intro("");
			frm.toggle_display("section_figures", !frm.is_new());
			if (frm.is_new()) {
				frm.set_intro(__("Choose community and month and save: the figures of every room are taken, beside those of the month before."), "blue");
				return;
			}
			const final = frm.doc.status === "Final";
			if (final) {
				frm.disable_form();
			}
			frm.add_custom_button(__("Print"), () => property_service.print_paper("Monthly Service Report", frm.doc.name, "Monthly Report Sheet"));
			if (!final && frappe.user.has_role("Property Manager")) {
				frm.add_custom_button(__("Take the Figures Again"), () => act(frm, "take_again", __("Taken")));
				frm
					.add_custom_button(__("Make Final"), () => frappe.confirm(__("Make this report final? The figures are taken once more, and nothing can be changed afterwards."), () => act(frm, "finalise", __("The report is final."))))
					.addClass("btn-primary");
			}
			const { name } = frm.doc;
			const { message } = await frappe.call({ method: `${API}.figures`, type: "GET", args: { name } });
			// Every text in it was escaped by the server's template.
			if (message && frm.doc.name === name) frm.get_field("figures_view").$wrapper.html(message.html);
		},
	});
})();
