// An incident: open it, close it with what everybody reads, and copy what is said.

(() => {
	const API = "property_service.dispatch.api";

	frappe.ui.form.on("Service Incident", {
		setup(frm) {
			frm.set_query("building", () => ({ filters: { community: frm.doc.community } }));
			frm.set_query("entrance", () => ({ filters: { building: frm.doc.building } }));
		},

		refresh(frm) {
			frm.set_intro("");
			if (frm.is_new()) return;
			const may_write = frm.perm[0] && frm.perm[0].write;
			if (frm.doc.status === "Closed") frm.disable_form();
			if (may_write && frm.doc.status === "Proposed") {
				frm.set_intro(__("Several similar reports came in. Is it one fault? Open the incident, or dismiss it."), "orange");
				frm.add_custom_button(__("Not an Incident"), () => withdraw(frm));
				primary(frm, __("Open Incident"), () => act(frm, "confirm_incident", {}));
			}
			if (may_write && frm.doc.status === "Open") primary(frm, __("Close Incident"), () => close(frm));
			if (may_write && frm.doc.status !== "Closed") {
				frm.add_custom_button(__("Add a Request"), () => join(frm));
			}
			frm.add_custom_button(__("Copy for WeChat"), () => copy_text(frm));
		},

		community(frm) {
			frm.set_value({ building: null, entrance: null });
		},

		building(frm) {
			frm.set_value("entrance", null);
		},
	});

	function primary(frm, label, action) {
		frm.add_custom_button(label, action).removeClass("btn-default").addClass("btn-primary");
	}

	// What was typed before is kept: it is saved first.
	function act(frm, method, args) {
		const saved = frm.is_dirty() ? frm.save() : Promise.resolve();
		return saved
			.then(() => frappe.xcall(`${API}.${method}`, { name: frm.doc.name, ...args }))
			.then(() => frm.reload_doc());
	}

	function close(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Close Incident"),
			fields: [
				{
					fieldname: "closing_text",
					fieldtype: "Small Text",
					label: __("Closing Text"),
					description: __("Everyone who reported it will see this text ({0} requests).", [frm.doc.request_count || 0]),
					default: frm.doc.closing_text || "",
					reqd: 1,
				},
			],
			primary_action_label: __("Close and Notify Everyone"),
			primary_action({ closing_text }) {
				dialog.hide();
				act(frm, "close_incident", { closing_text });
			},
		});
		dialog.show();
	}

	function withdraw(frm) {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why is this not an incident?"), reqd: 1 },
			({ reason }) => act(frm, "withdraw_incident", { reason }),
			__("Not an Incident"),
			__("Close Without Notice")
		);
	}

	function join(frm) {
		frappe.prompt(
			{
				fieldname: "request",
				fieldtype: "Link",
				label: __("Repair Request"),
				options: "Repair Request",
				reqd: 1,
				get_query: () => ({
					filters: { community: frm.doc.community, incident: ["is", "not set"], stage: ["not in", ["Done", "Void"]] },
				}),
			},
			({ request }) => act(frm, "join", { request }),
			__("Add a Request"),
			__("Add")
		);
	}

	function copy_text(frm) {
		frappe
			.call({ method: `${API}.incident_chat_text`, args: { name: frm.doc.name }, type: "GET" })
			.then(({ message }) => frappe.utils.copy_to_clipboard(message));
	}
})();
