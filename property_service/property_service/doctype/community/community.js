frappe.ui.form.on("Community", {
	async onload(frm) {
		const { message } = await frappe.call({ method: "frappe.core.doctype.user.user.get_timezones", type: "GET" });
		frm.get_field("time_zone").set_data(message.timezones || []);
	},

	refresh(frm) {
		if (!frm.is_new()) frm.add_custom_button(__("Show in Estate Tree"), () => frappe.set_route("estate-tree"));
	},
});
