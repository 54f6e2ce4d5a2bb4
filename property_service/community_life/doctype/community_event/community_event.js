// The dialogs of the buttons lie in public/js/events; here stands what the form shows and when.
(() => {
	const escape = frappe.utils.escape_html;
	const WORDS = "Event Registration";
	const COLOURS = { Registered: "blue", Waiting: "orange", Attended: "green", "No Show": "red" };

	frappe.ui.form.on("Community Event", {
		setup(frm) {
			const words = property_service.in_context("Community Event");
			for (const field of ["status", "kind"]) frm.get_docfield(field).formatter = words;
			// The platform adds the time zone to these and translates the sum of both, which no catalogue has.
			frm.set_df_property("sign_up_from", "description", __("Empty: at once."));
			frm.set_df_property("sign_up_until", "description", __("Empty: until it starts."));
			frm.set_query("organiser", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		},

		refresh(frm) {
			frm.dashboard.parent.find(".event-facts").remove();
			if (frm.is_new()) return;
			add_buttons(frm);
		},

		costs_remove: add_up,
	});

	frappe.ui.form.on("Community Event Cost", { budget: add_up, actual: add_up });

	function add_up(frm) {
		const sum = (field) => (frm.doc.costs || []).reduce((total, row) => total + flt(row[field], 2), 0);
		frm.set_value("budget_total", sum("budget"));
		frm.set_value("actual_total", sum("actual"));
	}

	async function add_buttons(frm) {
		const name = frm.doc.name;
		const { message: facts } = await frappe.call({ method: "property_service.community_life.api.event_facts", type: "GET", args: { name } });
		if (!facts || frm.doc.name !== name) return;
		const { events } = property_service;
		const button = (act, label, call, group) => facts.acts.includes(act) && frm.add_custom_button(label, () => call(frm), group);
		const publish = button("publish", __("Publish"), events.publish);
		if (publish) publish.addClass("btn-primary");
		button("sign_up", __("Sign Somebody Up"), events.sign_up);
		if (facts.acts.includes("check_in")) frm.add_custom_button(__("Check-in Page"), () => events.open_door(frm));
		const further = __("More");
		button("close_sign_up", __("Close Sign-up"), events.close_sign_up, further);
		button("cancel", __("Cancel the Event"), events.cancel, further);
		frm.add_custom_button(__("Event Attendance List"), () => events.print(frm, "Event Attendance List"), __("Print"));
		if (facts.has_code) frm.add_custom_button(__("Event Poster"), () => events.print(frm, "Event Poster"), __("Print"));
		show_parties(frm, facts);
	}

	// How full it is at a glance, and who comes.
	function show_parties(frm, facts) {
		const { figures, parties } = facts;
		const percent = figures.places ? Math.min(Math.round((figures.signed_up * 100) / figures.places), 100) : 0;
		const told = [
			[figures.signed_up, __("Signed Up")],
			[figures.waiting, __("Waiting", null, WORDS)],
			[figures.came, __("Came")],
			[figures.no_show, __("No Show", null, WORDS)],
		]
			.map(([value, label]) => `<div style="min-width:86px"><div style="font-size:20px;font-weight:600">${value}</div><div class="small text-muted">${label}</div></div>`)
			.join("");
		const may_cancel = facts.acts.includes("cancel_registration");
		const rows = parties
			.map(
				(party, at) => `<tr>
					<td><a href="#" data-party="${at}">${escape(party.resident_name)}</a></td>
					<td>${escape(party.unit_label)}</td>
					<td>${party.status === "Attended" ? party.came : party.persons}</td>
					<td><span class="indicator-pill ${COLOURS[party.status] || "gray"}">${escape(party.status_label)}</span></td>
					<td>${escape(party.note || "")}</td>
					<td class="text-right">${may_cancel && ["Registered", "Waiting"].includes(party.status) ? `<button class="btn btn-xs btn-default" data-cancel="${at}">${__("Cancel")}</button>` : ""}</td>
				</tr>`
			)
			.join("");
		const heads = [__("Resident"), __("Property Unit"), __("Persons"), __("Status"), __("Note"), ""].map((head) => `<th>${head}</th>`).join("");
		const table = parties.length
			? `<div style="max-height:300px;overflow:auto;margin-top:10px"><table class="table table-sm" style="margin:0"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
			: "";
		const section = $(`<div class="event-facts form-dashboard-section" style="padding:12px 15px">
			<div style="display:flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-end">${told}
				<div style="flex:1;min-width:180px"><div class="progress" style="height:8px;margin:0 0 4px"><div class="progress-bar" style="width:${percent}%"></div></div>
				<div class="small text-muted">${__("{0} of {1} places", [figures.signed_up, figures.places])}</div></div>
			</div>${table}</div>`);
		section.on("click", "[data-cancel]", (event) => property_service.events.cancel_registration(frm, parties[event.currentTarget.dataset.cancel]));
		section.on("click", "[data-party]", (event) => {
			event.preventDefault();
			frappe.set_route("Form", "Event Registration", parties[event.currentTarget.dataset.party].name);
		});
		section.prependTo(frm.dashboard.parent);
		frm.dashboard.show();
	}
})();
