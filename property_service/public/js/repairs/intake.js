// A new request: who, where, what, category. The room shows who lives there, the category what was there before.
frappe.provide("property_service.repairs");

(() => {
	const repairs = property_service.repairs;
	const text = (value) => frappe.utils.escape_html(String(value || ""));
	const PLACE = ["community", "building", "entrance", "public_place", "is_public"];

	repairs.begin_intake = (frm) => {
		frm.set_query("category", () => ({ filters: { is_group: 0, is_active: 1 } }));
		frm.set_query("building", () => (frm.doc.community ? { filters: { community: frm.doc.community } } : {}));
		frm.set_query("entrance", () => (frm.doc.building ? { filters: { building: frm.doc.building } } : {}));
		show_place(frm);
		for (const name of ["reported_at", "status"]) frm.toggle_display(name, !frm.is_new());
		// The stage repeats the state for boards and reports; the series is one.
		for (const name of ["stage", "naming_series"]) frm.toggle_display(name, false);
	};

	// A room says all about its place; only what is not in a room asks where it is.
	function show_place(frm) {
		for (const name of PLACE) frm.toggle_display(name, !(frm.is_new() && frm.doc.unit));
	}

	function box(frm) {
		let found = frm.dashboard.parent.find(".repair-intake");
		if (!found.length) {
			found = $('<div class="repair-intake" style="padding:10px 15px 4px"><div class="place"></div><div class="earlier"></div></div>');
			frm.dashboard.parent.append(found);
		}
		frm.dashboard.show();
		return found;
	}

	// The community is the server's to set; the form only asks for it where no room says it.
	repairs.room_chosen = (frm) => {
		const unit = frm.doc.unit;
		if (!frm.is_new()) return;
		show_place(frm);
		box(frm).find(".place").empty();
		if (!unit) return;
		repairs.call("desk_api.place_facts", { unit }, "GET").then((room) => {
			if (frm.doc.unit !== unit) return;
			frm.set_value({ community: room.community, building: room.building, entrance: room.entrance });
			show_room(frm, room);
			const first = room.people.find((row) => row.is_primary) || (room.people.length === 1 ? room.people[0] : null);
			if (!frm.doc.resident && first) frm.set_value("resident", first.resident);
			repairs.look_back(frm);
		});
	};

	function show_room(frm, room) {
		const people = room.people.map(
			(row) => `<button class="btn btn-default btn-sm" data-resident="${text(row.resident)}" style="margin:0 6px 6px 0">
				<b>${text(row.resident_name)}</b> ${text(__(row.relation))} ${text(row.phone)}</button>`
		);
		const live = room.open_requests.map(
			(row) => `<a href="${frappe.utils.get_form_link("Repair Request", row.name)}" target="_blank">${text(row.name)}</a> ${text(__(row.category))} · ${text(repairs.state_label(row.status))}`
		);
		const place = box(frm).find(".place");
		place.html(`<div style="margin-bottom:6px"><b>${__("Who is calling from {0}?", [text(room.short_label)])}</b></div>
			<div>${people.join("") || `<span class="text-muted">${__("Nobody is registered in this unit. Enter name and phone below.")}</span>`}</div>
			${live.length ? `<div style="margin:4px 0;color:var(--text-on-orange)"><b>${__("Open in this unit:")}</b> ${live.join("; ")}</div>` : ""}`);
		place.find("[data-resident]").on("click", (event) => {
			event.preventDefault();
			frm.set_value("resident", event.currentTarget.dataset.resident);
		});
	}

	repairs.resident_chosen = (frm) => {
		if (!frm.is_new()) return;
		// Name and phone are those of the person, kept on saving; what was typed for somebody else must not stay.
		frm.set_value({ reporter_name: "", reporter_phone: "" });
		box(frm).find("[data-resident]").each((_at, button) => {
			$(button).toggleClass("btn-primary", button.dataset.resident === frm.doc.resident);
			$(button).toggleClass("btn-default", button.dataset.resident !== frm.doc.resident);
		});
	};

	// With what priority requests of a category begin.
	repairs.PRIORITY_FIELDS = ["default_priority", "is_emergency"];
	repairs.priority_of = (category) => (category.is_emergency ? "Emergency" : category.default_priority || "Normal");

	repairs.category_chosen = (frm) => {
		if (!frm.doc.category || !frm.is_new()) return;
		frappe.db.get_value("Repair Category", frm.doc.category, [...repairs.PRIORITY_FIELDS, "advice", "refer_to"]).then(({ message }) => {
			if (!message) return;
			frm.set_value("priority", repairs.priority_of(message));
			repairs.look_back(frm, message);
		});
	};

	function line(colour, title, body) {
		return `<div style="border-inline-start:4px solid var(--${colour}-500);background:var(--bg-${colour});color:var(--text-on-${colour});padding:6px 12px;border-radius:6px;margin-bottom:6px">
			<b>${text(title)}</b> ${body}</div>`;
	}

	repairs.look_back = (frm, category) => {
		const { unit, category: name } = frm.doc;
		const earlier = box(frm).find(".earlier");
		if (!name) return earlier.empty();
		if (!unit) {
			const told = category && category.advice ? line("orange", __("Tell the caller:"), text(__(category.advice))) : "";
			return earlier.html(told);
		}
		return repairs.call("api.similar", { unit, category: name }, "GET").then((found) => {
			if (frm.doc.unit !== unit || frm.doc.category !== name) return;
			const open = (request) => `<a href="${frappe.utils.get_form_link("Repair Request", request)}" target="_blank">${text(request)}</a>`;
			const parts = [];
			if (found.shut_off_valve) parts.push(line("red", __("Shut-off Valve:"), text(found.shut_off_valve)));
			if (found.advice) parts.push(line("orange", __("Tell the caller:"), text(found.advice)));
			if (found.rework_of) parts.push(line("pink", __("Rework: the same fault was repaired before."), open(found.rework_of)));
			if (found.in_warranty) parts.push(line("green", __("In warranty until {0}.", [frappe.datetime.str_to_user(found.warranty_until)]), text(__("Free for the resident."))));
			if (found.refer_to) parts.push(line("blue", __("Usually referred to:"), text(found.refer_to)));
			const others = found.requests.filter((row) => row.name !== found.rework_of && !repairs.LIVE.includes(row.stage));
			if (others.length) {
				const rows = others.slice(0, 4).map((row) => `${open(row.name)} ${text(frappe.datetime.str_to_user(row.reported_at))} · ${text(repairs.state_label(row.status))}`);
				parts.push(line("gray", __("Reported before in this unit:"), rows.join("; ")));
			}
			earlier.html(parts.join(""));
		});
	};

	// One save takes the call and the job on.
	repairs.add_intake_button = (frm) => {
		const accept = () => !frm.is_new() && frm.doc.status === "New" && repairs.send(frm, "accept", {}, __("Accepted")).catch(() => {});
		frm.add_custom_button(__("Save and Accept"), () => frm.save("Save", accept)).removeClass("btn-default").addClass("btn-primary");
	};
})();
