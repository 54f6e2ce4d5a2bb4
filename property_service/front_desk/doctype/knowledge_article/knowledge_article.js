frappe.ui.form.on("Knowledge Article", {
	setup(frm) {
		frm.set_query("useful_contact", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Write the question as residents ask it. Synonyms are the other words they use, one on each line."));
			return;
		}
		frm.set_intro(frm.doc.is_public ? "" : __("Only staff see this answer: it is not shown in the portal."));
		frm.add_custom_button(__("It Helped"), () => judge(frm, 1, ""));
		frm.add_custom_button(__("It Did Not Help"), () =>
			property_service.dialogs.ask(
				__("It Did Not Help"),
				[{ fieldname: "remark", fieldtype: "Small Text", label: __("What is missing?"), reqd: 1 }],
				__("Send"),
				({ remark }) => judge(frm, 0, remark)
			)
		);
		if (frm.perm[0] && frm.perm[0].write) frm.add_custom_button(__("Checked Today"), () => frm.set_value("reviewed_on", frappe.datetime.get_today()).then(() => frm.save()));
	},
});

function judge(frm, helpful, remark) {
	return frappe
		.xcall("property_service.front_desk.knowledge_api.judge_article", { name: frm.doc.name, helpful, remark })
		.then(() => {
			frappe.show_alert({ message: __("Thank you for telling us."), indicator: "green" });
			return frm.reload_doc();
		});
}
