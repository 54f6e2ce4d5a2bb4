// What the form of a repair request shows above its fields: how it stands, what to say, what happened so far.
frappe.provide("property_service.repairs");

(() => {
	const repairs = property_service.repairs;
	const text = (value) => frappe.utils.escape_html(String(value === null || value === undefined ? "" : value));
	const when = (value) => (value ? text(frappe.datetime.str_to_user(value)) : "");
	const colours = { late: "red", soon: "orange", ok: "green", was_late: "red", standing: "blue" };

	repairs.facts_of = (frm) => (frm.repair_facts && frm.repair_facts.name === frm.doc.name ? frm.repair_facts : {});

	repairs.load_facts = (frm) => {
		const { name, modified } = frm.doc;
		return repairs.call("desk_api.form_facts", { name }, "GET").then((facts) => {
			if (frm.doc.name !== name || frm.doc.modified !== modified) return null;
			frm.repair_facts = { name, ...facts };
			name_people(frm, facts.steps);
			return frm.repair_facts;
		});
	};

	// The sidebar says who made the request; residents and colleagues are shown by name.
	function name_people(frm, steps) {
		for (const { actor, actor_name } of steps || []) {
			if (actor && actor_name && !frappe.boot.user_info[actor]) {
				frappe.boot.user_info[actor] = { fullname: actor_name, name: actor, email: actor };
			}
		}
		frm.sidebar?.refresh();
	}

	repairs.headline = (frm) => {
		const late = repairs.lateness(frm.doc);
		if (!late) return;
		const due = frm.doc.arrived_at ? frm.doc.finish_by : frm.doc.respond_by || frm.doc.finish_by;
		const until = ["late", "soon", "ok"].includes(late.level) && due ? ` <span>(${when(due)})</span>` : "";
		frm.dashboard.set_headline(`<span class="repair-headline"><b>${text(late.text)}</b>${until}</span>`, colours[late.level]);
	};

	function banner(colour, title, body, buttons) {
		const acts = (buttons || []).map(([key, label]) => `<button class="btn btn-xs btn-default" data-act="${key}">${text(label)}</button>`);
		return `<div class="repair-banner" style="border-inline-start:4px solid var(--${colour}-500);background:var(--bg-${colour});color:var(--text-on-${colour});padding:8px 12px;border-radius:6px;margin-bottom:8px;">
			<b>${text(title)}</b> <span style="white-space:pre-line">${body || ""}</span> ${acts.join(" ")}</div>`;
	}

	const link = (name) => `<a href="${frappe.utils.get_form_link("Repair Request", name)}">${text(name)}</a>`;

	function banners(frm, facts) {
		const doc = frm.doc;
		const live = repairs.LIVE.includes(doc.stage);
		const found = [];
		if (facts.incident && facts.incident.text_to_read && live) {
			const buttons = facts.acts.includes("confirm_incident") ? [["belongs", __("Part of the Incident")], ["apart", __("Not Part of the Incident")]] : [];
			found.push(banner("blue", __("Read out ({0}):", [facts.incident.title || facts.incident.name]), text(facts.incident.text_to_read), buttons));
		}
		if (facts.shut_off_valve && live) found.push(banner("red", __("Shut-off Valve:"), text(facts.shut_off_valve)));
		if (facts.equipment_location && live) found.push(banner("gray", __("Equipment Location:"), text(facts.equipment_location)));
		if (facts.advice && live) found.push(banner("orange", __("Tell the caller:"), text(facts.advice)));
		if (facts.rework_of) {
			const earlier = facts.rework_of;
			const told = [when(earlier.finished_at), text(earlier.technician), text(earlier.work_done)].filter(Boolean).join(" · ");
			found.push(banner("pink", __("Rework: the same fault was repaired before."), `${link(earlier.name)} ${told}`));
		}
		if (cint(doc.is_warranty)) {
			found.push(banner("green", __("In warranty until {0}.", [frappe.datetime.str_to_user(doc.warranty_until) || "-"]), text(__("Free for the resident."))));
		}
		if (doc.status === "Quoted" && doc.quote_status === "Declined") {
			found.push(banner("orange", __("The resident declined the price."), text(doc.consent_note || ""), [["consent", __("Resident's Answer")]]));
		} else if (facts.acts.includes("consent")) {
			const price = format_currency(doc.quote_amount, "CNY");
			found.push(banner("orange", __("{0} quoted, waiting for the resident's answer.", [price]), "", [["consent", __("Resident's Answer")]]));
		}
		if (cint(doc.urge_count) && live) found.push(banner("orange", __("Urged {0}×, last {1}.", [doc.urge_count, frappe.datetime.str_to_user(doc.last_urged_at)])));
		return found.join("");
	}

	const MOVES = ["Dispatched", "Transferred", "Handed Back"];

	function course(steps) {
		const rows = steps.map((step) => {
			const by = step.actor_kind === "System" ? __("automatically") : step.actor_name || __(step.actor_kind);
			const to = MOVES.includes(step.step) && step.to_user_name ? ` → ${step.to_user_name}` : "";
			const reason = step.step === "Photo Added" ? "" : __(step.reason || "");
			const note = [reason, step.note].filter(Boolean).join(" · ");
			return `<li style="position:relative;padding:0 0 12px 20px;border-inline-start:2px solid var(--border-color);margin-inline-start:6px;">
				<span style="position:absolute;left:-6px;top:5px;width:10px;height:10px;border-radius:50%;background:var(--primary);"></span>
				<b>${text(step.step_label || __(step.step, null, "Repair Request"))}</b> <span class="text-muted">${when(step.happened_at)} · ${text(by + to)}</span>
				${note ? `<div style="white-space:pre-line">${text(note)}</div>` : ""}</li>`;
		});
		return `<ol class="repair-course" style="list-style:none;padding:4px 0 0;margin:0">${rows.join("")}</ol>`;
	}

	function photos(rows) {
		const tiles = rows.map(
			(row) => `<a href="${encodeURI(row.file_url)}" target="_blank" rel="noopener"><img src="${encodeURI(row.file_url)}" alt="${text(row.file_name)}"
				loading="lazy" style="width:96px;height:96px;object-fit:cover;border-radius:6px;margin:0 8px 8px 0"></a>`
		);
		return tiles.length ? `<div class="repair-photos" style="padding-top:4px">${tiles.join("")}</div>` : "";
	}

	repairs.show_facts = (frm, facts) => {
		frm.dashboard.parent.find(".repair-facts").remove();
		const top = banners(frm, facts);
		const box = $(`<div class="repair-facts" style="padding:10px 15px 4px">${top}${photos(facts.photos)}
			<details ${frm.doc.stage === "Open" ? "" : "open"}><summary style="cursor:pointer;font-weight:600;padding:4px 0">${__("So Far ({0})", [facts.steps.length])}</summary>${course(facts.steps)}</details></div>`);
		frm.dashboard.parent.append(box);
		frm.dashboard.show();
		box.on("click", "[data-act]", (event) => {
			const act = event.currentTarget.dataset.act;
			if (act === "consent") repairs.note_consent(frm);
			else repairs.send(frm, "confirm_incident", { belongs: act === "belongs" }, __("Noted")).catch(() => {});
		});
	};
})();
