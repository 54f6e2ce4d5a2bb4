// Buttons beside the workflow's menu: what is no change of state by itself.
frappe.provide("property_service.repairs");

(() => {
	const repairs = property_service.repairs;

	function warranty_step(frm, facts) {
		const steps = facts.warranty_next.map((step) => ({ value: step, label: __(step) }));
		const fixed = "eval:doc.step=='Responsibility Fixed'";
		property_service.dialogs.ask(
			__("Warranty Step"),
			[
				{ fieldname: "step", fieldtype: "Select", label: __("Step"), options: steps, default: steps[0].value, reqd: 1 },
				{ fieldname: "on_date", fieldtype: "Date", label: __("On"), default: frappe.datetime.nowdate(), reqd: 1 },
				{
					fieldname: "responsibility",
					fieldtype: "Select",
					label: __("Responsibility"),
					options: ["Ours", "Developer", "Owner"].map((word) => ({ value: word, label: __(word) })),
					depends_on: fixed,
					mandatory_depends_on: fixed,
				},
				{ fieldname: "contractor", fieldtype: "Data", label: __("Contractor"), default: frm.doc.contractor, depends_on: fixed },
				{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark"), description: __("Appointment: when the contractor will come. Fix: what was done. The resident will see it.") },
			],
			__("Log the Step"),
			(values) => {
				const sent = { step: values.step, on_date: values.on_date, remark: values.remark || "" };
				if (values.step === "Responsibility Fixed") Object.assign(sent, { responsibility: values.responsibility, contractor: values.contractor || "" });
				return repairs.send(frm, "warranty_step", sent, __("Logged"));
			}
		);
	}

	function payment(frm) {
		const words = ["Unpaid", "Paid", "To Next Bill"].concat(frappe.user.has_role("Property Manager") ? ["Waived"] : []);
		property_service.dialogs.ask(
			__("Payment"),
			[
				{ fieldname: "status", fieldtype: "Select", label: __("Payment"), options: words.map((word) => ({ value: word, label: __(word) })), default: frm.doc.payment_status, reqd: 1 },
				{ fieldname: "note", fieldtype: "Data", label: __("Note"), mandatory_depends_on: "eval:doc.status=='Waived'" },
			],
			__("Save"),
			(values) => repairs.send(frm, "set_payment", { status: values.status, note: values.note || "" }, __("Noted"))
		);
	}

	function tracking(frm) {
		repairs
			.call("desk_api.tracking_code", { name: frm.doc.name })
			.then(({ svg, address }) => {
				const dialog = new frappe.ui.Dialog({
					title: __("Track {0}", [frm.doc.name]),
					fields: [{ fieldname: "code", fieldtype: "HTML" }],
					primary_action_label: __("Copy Link"),
					primary_action: () => frappe.utils.copy_to_clipboard(address),
				});
				dialog.get_field("code").$wrapper.html(`<div style="max-width:280px;margin:0 auto">${svg}</div>
					<p class="text-center text-muted">${__("The resident scans this to track the repair. Valid for 60 days.")}</p>`);
				dialog.show();
			})
			.catch(() => {});
	}

	repairs.add_buttons = (frm, facts) => {
		const acts = facts.acts;
		if (acts.includes("consent")) frm.add_custom_button(__("Resident's Answer"), () => repairs.note_consent(frm));
		if (acts.includes("dispatch") && frm.doc.status === "Dispatched") frm.add_custom_button(__("Assign"), () => repairs.dispatch(frm));
		if (acts.includes("transfer") && frm.doc.status !== "In Progress" && frm.doc.status !== "On Hold") {
			frm.add_custom_button(__("Transfer", null, "Repair Request"), () => repairs.reassign(frm));
		}
		if (acts.includes("warranty_step")) frm.add_custom_button(__("Warranty Step"), () => warranty_step(frm, facts));
		const has_price = frm.doc.quote_status === "Agreed" || frm.doc.stage === "Done";
		if (acts.includes("set_payment") && has_price) frm.add_custom_button(__("Payment"), () => payment(frm));
		frm.add_custom_button(__("Copy for WeChat"), () => frappe.utils.copy_to_clipboard(facts.status_text), __("Print and Share"));
		frm.add_custom_button(__("Print Work Order"), () => property_service.print_paper("Repair Request", frm.doc.name, "Repair Work Order", { trigger_print: 1 }), __("Print and Share"));
		if (frm.doc.resident && frappe.user.has_role(["Property Front Desk", "Property Manager"])) {
			frm.add_custom_button(__("Tracking QR"), () => tracking(frm), __("Print and Share"));
		}
		frm.add_custom_button(__("Open on the Phone Page"), () => window.open(`/jobs#job/${encodeURIComponent(frm.doc.name)}`, "_blank"), __("Print and Share"));
	};
})();
