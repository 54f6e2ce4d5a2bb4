// Dialogs of the desk that send one call, with its photos, and stay filled when the server refuses.
frappe.provide("property_service.dialogs");

(() => {
	const dialogs = property_service.dialogs;
	const text = frappe.utils.escape_html;
	const sent_as = (value) => (typeof value === "boolean" ? Number(value) : typeof value === "object" ? JSON.stringify(value) : value);

	// Photos travel with the call, as the phone page sends them; the server encodes them anew.
	dialogs.send = async (method, values, files) => {
		const form = new FormData();
		for (const [name, value] of Object.entries(values)) {
			if (value !== undefined && value !== null) form.append(name, sent_as(value));
		}
		for (const [name, file] of Object.entries(files || {})) if (file) form.append(name, file, file.name);
		const headers = { "X-Frappe-CSRF-Token": frappe.csrf_token, Accept: "application/json" };
		const answer = await fetch(`/api/method/${method}`, { method: "POST", body: form, headers }).catch(() => null);
		if (!answer) {
			frappe.msgprint({ title: __("No Answer"), indicator: "red", message: __("The connection was lost. It may have arrived all the same: look at the form before you send it again.") });
			throw new Error(method);
		}
		const told = await answer.json().catch(() => ({}));
		if (answer.ok) return told.message;
		const sentences = JSON.parse(told._server_messages || "[]").map((row) => JSON.parse(row).message);
		frappe.msgprint({ title: __("Not Done"), indicator: "red", message: sentences.join("<br>") || __("The server did not answer. Please try again.") });
		throw new Error(method);
	};

	// Saves what was typed in a form. The form's own `save` ends well where the server refuses, and never where a field is missing.
	dialogs.saved = async (frm) => {
		if (!frm.is_dirty()) return;
		frappe.validated = true;
		for (const event of ["validate", "before_save"]) await frm.script_manager.trigger(event);
		if (!frappe.validated) throw new Error("not valid");
		await frappe.call({ method: "frappe.desk.form.save.savedocs", args: { doc: frm.doc, action: "Save" }, freeze: true });
	};

	// Acts of open forms by methods of one API: what was typed before is saved first, the form shows what has become of it.
	// `said` is told once it is done, a text or what makes one of the answer. Answers with what the server answered.
	dialogs.acts_of = (api) => async (frm, method, values, said, files) => {
		await dialogs.saved(frm);
		const answer = await dialogs.send(`${api}.${method}`, { name: frm.doc.name, ...values }, files);
		frappe.show_alert({ message: (typeof said === "function" ? said(answer) : said) || __("Saved"), indicator: "green" });
		await frm.reload_doc();
		return answer;
	};

	dialogs.picture = (fieldname, label, hint) => ({
		fieldname,
		fieldtype: "HTML",
		options: `<div class="form-group"><label class="control-label">${text(label)}</label>
			<input type="file" accept="image/*" class="form-control" style="height:auto" data-photo="${fieldname}">
			<p class="help-box small text-muted">${text(hint || "")}</p></div>`,
	});
	dialogs.chosen = (dialog, fieldname) => dialog.$wrapper.find(`[data-photo="${fieldname}"]`)[0]?.files[0];

	// `send(values, dialog)` answers with a promise; the dialog closes once it is kept, unless with false.
	dialogs.ask = (title, fields, label, send) => {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: label || title,
			primary_action(values) {
				dialog.disable_primary_action();
				Promise.resolve()
					.then(() => send(values, dialog))
					.then((done) => done !== false && dialog.hide())
					.catch(() => {})
					.finally(() => dialog.enable_primary_action());
			},
		});
		dialog.show();
		return dialog;
	};
})();
