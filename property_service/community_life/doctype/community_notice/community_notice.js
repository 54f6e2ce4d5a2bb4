// A notice: written, shown to how many it will go, published, ended or withdrawn.
(() => {
	const API = "property_service.community_life.notice_api";
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const OPEN = ["Draft", "Scheduled"];
	const status = (answer) => text(__(answer.status, null, "Community Notice"));
	const act = (frm, method, values) => property_service.dialogs.acts_of(API)(frm, method, values, status);

	frappe.ui.form.on("Community Notice", {
		setup(frm) {
			frm.get_docfield("status").formatter = property_service.in_context("Community Notice");
			frm.set_query("building", "places", () => ({ filters: { community: frm.doc.community } }));
			frm.set_query("entrance", "places", (_doc, doctype, name) => ({ filters: { building: locals[doctype][name].building } }));
			for (const field of ["service_incident", "event"]) frm.set_query(field, () => ({ filters: { community: frm.doc.community } }));
		},

		onload(frm) {
			if (frm.is_new() && !frm.doc.publish_from) frm.set_value("publish_from", frappe.datetime.now_datetime());
		},

		refresh(frm) {
			frm.set_intro("");
			frm.dashboard.parent.find(".notice-figures").remove();
			const fixed = !frm.is_new() && !OPEN.includes(frm.doc.status);
			for (const field of ["title", "kind", "is_urgent", "must_confirm", "publish_from", "scope", "places", "body", "signed_by", "service_incident", "event"]) {
				frm.set_df_property(field, "read_only", fixed ? 1 : 0);
			}
			frm.set_df_property("publish_to", "read_only", fixed && frm.doc.status !== "Published" ? 1 : 0);
			if (frm.is_new()) {
				frm.set_intro(__("Save the draft first; then it shows how many households it reaches, and can be published."));
				return;
			}
			const { name } = frm.doc;
			frappe.call({ method: `${API}.notice_facts`, args: { name }, type: "GET" }).then(({ message }) => frm.doc.name === name && show(frm, message));
		},

		community(frm) {
			frm.clear_table("places");
			frm.refresh_field("places");
		},
	});

	function show(frm, facts) {
		figures(frm, facts);
		const buttons = {
			publish: () => publish(frm, facts),
			back_to_draft: () => act(frm, "back_to_draft").catch(() => {}),
			end: () => frappe.confirm(__("End this notice now? Residents then find it under the earlier ones."), () => act(frm, "end_notice").catch(() => {})),
			withdraw: () => withdraw(frm),
		};
		const labels = { publish: __("Publish"), back_to_draft: __("Back to Draft"), end: __("End Now"), withdraw: __("Withdraw", null, "Community Notice") };
		for (const name of facts.acts) {
			const button = frm.add_custom_button(labels[name], buttons[name]);
			if (name === "publish") button.removeClass("btn-default").addClass("btn-primary");
		}
		frm.add_custom_button(__("Copy for WeChat"), () => frappe.utils.copy_to_clipboard(facts.chat_text));
		frm.add_custom_button(__("Print"), () => property_service.print_paper("Community Notice", frm.doc.name, "Community Notice"));
	}

	// Who has read it is counted anew each time the form is opened.
	function figures(frm, facts) {
		const share = (part) => (facts.households ? `${Math.round((100 * part) / facts.households)}%` : "–");
		const cells = [[__("Households"), facts.households, ""]];
		if (!OPEN.includes(frm.doc.status)) {
			cells.push([__("Read"), facts.read, share(facts.read)]);
			if (frm.doc.must_confirm) cells.push([__("Confirmed"), facts.confirmed, share(facts.confirmed)]);
		}
		frm.dashboard.parent.find(".notice-figures").remove();
		frm.dashboard.parent.append(
			`<div class="notice-figures" style="display:flex;gap:32px;padding:12px 15px 4px">${cells
				.map(([label, count, part]) => `<div><div class="text-muted small">${text(label)}</div><div style="font-size:20px;font-weight:600">${text(count)} <span class="text-muted" style="font-size:14px">${text(part)}</span></div></div>`)
				.join("")}</div>`
		);
		frm.dashboard.show();
	}

	function publish(frm, facts) {
		const later = frm.doc.publish_from && moment(frm.doc.publish_from).isAfter(moment(frappe.datetime.system_datetime()));
		const lines = [
			later
				? __("This notice will be shown to {0} households from {1}.", [facts.households, frappe.datetime.str_to_user(frm.doc.publish_from)])
				: __("This notice will be shown to {0} households now.", [facts.households]),
			frm.doc.is_urgent ? __("It is urgent: everybody in them gets a message.") : "",
			__("Its text cannot be changed once it is published."),
		];
		frappe.confirm(lines.filter(Boolean).map(text).join("<br>"), () => act(frm, "publish_notice").catch(() => {}));
	}

	function withdraw(frm) {
		property_service.dialogs.ask(
			__("Withdraw the Notice"),
			[{ fieldname: "because", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
			__("Withdraw", null, "Community Notice"),
			(values) => act(frm, "withdraw_notice", values)
		);
	}
})();
