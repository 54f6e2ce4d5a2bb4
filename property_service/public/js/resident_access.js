// The desk opens the portal for a resident: a code to say or write down, and a QR code to scan from the screen.
frappe.ui.form.on("Resident", {
	refresh(frm) {
		const may = ["Property Front Desk", "Property Manager", "System Manager"].some((role) => frappe.user.has_role(role));
		if (frm.is_new() || !frm.doc.is_active || !may) return;
		frm.add_custom_button(__("Issue Join Code"), () => give(frm), __("Portal"));
		if (frm.doc.portal_enabled) frm.add_custom_button(__("Revoke Access"), () => close(frm), __("Portal"));
	},
});

async function give(frm) {
	const { message } = await frappe.call({
		method: "property_service.portal.desk.give_join_code",
		args: { resident: frm.doc.name },
		freeze: true,
	});
	if (!message) return;
	frm.reload_doc();
	show(message);
}

function show(given) {
	const text = __("Welcome. Open {0}, enter your phone number and the code {1}. It is valid until {2}.", [
		given.link.replace(/\/q\/.*/, "/resident/join"),
		given.code,
		given.valid_until,
	]);
	const escape = frappe.utils.escape_html;
	const dialog = new frappe.ui.Dialog({
		title: __("Join code for {0}", [given.resident_name]),
		fields: [{ fieldtype: "HTML", fieldname: "code" }],
		primary_action_label: __("Copy for WeChat or SMS"),
		primary_action: () => frappe.utils.copy_to_clipboard(text),
	});
	dialog.fields_dict.code.$wrapper.html(`
		<div style="text-align: center">
			<p>${__("Phone number to sign in with: {0}", [escape(given.phone)])}</p>
			<p style="font-size: 2.6rem; font-weight: 700; letter-spacing: .2em; margin: .3em 0" class="join-code">${escape(given.code)}</p>
			<div class="join-qr" style="width: 220px; margin: 0 auto; background: #fff">${given.qr}</div>
			<p>${__("Scan it with the phone, or read the code out. It can be used once, until {0}.", [escape(given.valid_until)])}</p>
			<p class="text-muted">${__("It is shown only once. Issuing another code makes this one invalid.")}</p>
		</div>`);
	dialog.$wrapper.find(".join-qr svg").attr({ width: "100%", height: "100%" });
	dialog.show();
}

function close(frm) {
	const sentence = __("{0} will be signed out everywhere and cannot sign in until you issue a new code. Continue?", [
		frappe.utils.escape_html(frm.doc.resident_name).bold(),
	]);
	frappe.confirm(sentence, async () => {
		await frappe.call({ method: "property_service.portal.desk.close_portal", args: { resident: frm.doc.name } });
		frm.reload_doc();
	});
}
