(() => {
	const API = "property_service.fees.api";
	const ON_PAPER = ["Letter", "Lawyer's Letter", "Lawsuit"];
	const select = (frm, fieldname) =>
		(frm.fields_dict[fieldname].df.options || "").split("\n").map((value) => ({ value, label: value ? __(value, null, "Fee Reminder") : "" }));

	frappe.ui.form.on("Fee Reminder", {
		refresh(frm) {
			// These words mean something else elsewhere; the platform reads them without their context.
			for (const fieldname of ["status", "level"]) {
				frm.get_field(fieldname).df.formatter = property_service.in_context("Fee Reminder");
				frm.set_df_property(fieldname, "read_only", 1);
			}
			if (frm.is_new() || !["Due", "On Hold"].includes(frm.doc.status)) return;
			frm.add_custom_button(__("Record the Result"), () => record(frm)).addClass("btn-primary");
			frm.add_custom_button(__("Promise to Pay"), () => promise(frm));
			if (frm.doc.status === "Due") frm.add_custom_button(__("Put on Hold"), () => hold(frm));
			else frm.add_custom_button(__("Take off Hold"), () => send(frm, "hold_reminders", { reminders: names(frm), reason: "" }));
		},
	});

	const names = (frm) => JSON.stringify([frm.doc.name]);

	async function send(frm, method, args) {
		await frappe.call({ method: `${API}.${method}`, args, freeze: true });
		frappe.show_alert({ message: __("Saved"), indicator: "green" });
		await frm.reload_doc();
	}

	function ask(title, fields, act) {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: __("Save"),
			primary_action(values) {
				dialog.disable_primary_action();
				act(values)
					.then(() => dialog.hide())
					.catch(() => {})
					.finally(() => dialog.enable_primary_action());
			},
		});
		dialog.show();
	}

	function record(frm) {
		const usual = { Notice: "SMS", Call: "Phone", Visit: "Door" }[frm.doc.level] || "Post";
		ask(
			__("Record the Result"),
			[
				{ fieldname: "channel", fieldtype: "Select", label: __("Channel"), options: select(frm, "channel"), reqd: 1, default: usual },
				{ fieldname: "done_on", fieldtype: "Date", label: __("Done On"), default: frappe.datetime.get_today() },
				{ fieldname: "arrears_reason", fieldtype: "Select", label: __("Reason for the Arrears"), options: select(frm, "arrears_reason") },
				{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer") },
				{ fieldtype: "Section Break", label: __("Proof of Service") },
				{
					fieldname: "proof_kind",
					fieldtype: "Select",
					label: __("Proof of Service"),
					options: select(frm, "proof_kind"),
					reqd: ON_PAPER.includes(frm.doc.level) ? 1 : 0,
				},
				{ fieldname: "proof_number", fieldtype: "Data", label: __("Proof Number"), depends_on: "eval:doc.proof_kind=='Courier Number' || doc.proof_kind=='SMS Receipt'" },
				{ fieldname: "proof", fieldtype: "Attach", label: __("Proof"), depends_on: "eval:doc.proof_kind=='Signature' || doc.proof_kind=='Photo'" },
			],
			(values) => send(frm, "record_reminder", { reminders: names(frm), ...values })
		);
	}

	function hold(frm) {
		ask(
			__("Put on Hold"),
			[
				{ fieldname: "reason", fieldtype: "Select", label: __("On Hold Because"), options: select(frm, "hold_reason"), reqd: 1 },
				{ fieldname: "until", fieldtype: "Date", label: __("On Hold Until"), description: __("Empty: until somebody takes it off.") },
			],
			(values) => send(frm, "hold_reminders", { reminders: names(frm), ...values })
		);
	}

	function promise(frm) {
		ask(
			__("Promise to Pay"),
			[
				{ fieldname: "promised_amount", fieldtype: "Currency", label: __("Promised Amount"), reqd: 1, default: frm.doc.outstanding },
				{ fieldname: "pay_by", fieldtype: "Date", label: __("Pays By"), reqd: 1, default: frappe.datetime.add_days(frappe.datetime.get_today(), 7) },
				{ fieldname: "channel", fieldtype: "Select", label: __("Channel"), options: ["", "Phone", "Counter", "WeChat", "Door"].map((value) => ({ value, label: value ? __(value) : "" })) },
				{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
			],
			(values) => send(frm, "promise_to_pay", { unit: frm.doc.unit, debtor: frm.doc.debtor, ...values })
		);
	}
})();
