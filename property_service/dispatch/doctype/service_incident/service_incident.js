// An incident: open it, close it with what everybody reads, and copy what is said.

(() => {
	const API = "property_service.dispatch.api";
	// The dialogs are loaded after this script.
	const ask = (...parts) => property_service.dialogs.ask(...parts);
	const act = (frm, method, values) => property_service.dialogs.acts_of(API)(frm, method, values);

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
				primary(frm, __("Open Incident"), () => act(frm, "confirm_incident").catch(() => {}));
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

	function close(frm) {
		ask(
			__("Close Incident"),
			[
				{
					fieldname: "closing_text",
					fieldtype: "Small Text",
					label: __("Closing Text"),
					description: __("Everyone who reported it will see this text ({0} requests).", [frm.doc.request_count || 0]),
					default: frm.doc.closing_text || "",
					reqd: 1,
				},
			],
			__("Close and Notify Everyone"),
			(values) => act(frm, "close_incident", values)
		);
	}

	function withdraw(frm) {
		ask(
			__("Not an Incident"),
			[{ fieldname: "reason", fieldtype: "Small Text", label: __("Why is this not an incident?"), reqd: 1 }],
			__("Close Without Notice"),
			(values) => act(frm, "withdraw_incident", values)
		);
	}

	function join(frm) {
		ask(
			__("Add a Request"),
			[
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
			],
			__("Add"),
			(values) => act(frm, "join", values)
		);
	}

	function copy_text(frm) {
		frappe
			.call({ method: `${API}.incident_chat_text`, args: { name: frm.doc.name }, type: "GET" })
			.then(({ message }) => frappe.utils.copy_to_clipboard(message));
	}
})();
