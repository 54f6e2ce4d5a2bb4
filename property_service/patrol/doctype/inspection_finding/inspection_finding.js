// The dialogs of the buttons lie in public/js/patrol; here stands what the form shows and when.
(() => {
	const escape = frappe.utils.escape_html;

	frappe.ui.form.on("Inspection Finding", {
		setup(frm) {
			const words = property_service.in_context("Inspection Finding");
			for (const field of ["status", "severity", "notice_level", "source"]) frm.get_docfield(field).formatter = words;
			frm.get_docfield("notices", "level").formatter = words;
			for (const field of ["assigned_to", "found_by", "fixed_by", "closed_by"]) frm.set_query(field, () => ({ filters: { enabled: 1 } }));
			frm.set_query("responsible_team", () => ({ filters: { is_active: 1 } }));
			for (const field of ["building", "entrance", "unit", "checkpoint"]) {
				frm.set_query(field, () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
			}
		},

		refresh(frm) {
			frm.dashboard.parent.find(".finding-facts").remove();
			if (frm.is_new()) {
				frm.add_custom_button(__("With Photo, or Fixed on the Spot"), () => property_service.patrol.report({ title: frm.doc.title, community: frm.doc.community }));
				return;
			}
			show_facts(frm);
			if (["Closed", "Withdrawn"].includes(frm.doc.status)) frm.disable_save();
			add_buttons(frm);
		},
	});

	async function add_buttons(frm) {
		const name = frm.doc.name;
		const { message: facts } = await frappe.call({ method: "property_service.patrol.api.finding_facts", type: "GET", args: { name } });
		if (!facts || frm.doc.name !== name) return;
		const { acts } = facts;
		const { patrol } = property_service;
		const button = (act, label, call, group) => acts.includes(act) && frm.add_custom_button(label, () => call(frm, facts), group);
		for (const [act, label, call] of [
			["fix", __("Rectified"), patrol.fix],
			["recheck", __("Recheck"), patrol.recheck],
		]) {
			const added = button(act, label, call);
			if (added) added.addClass("btn-primary");
		}
		const further = __("What Follows");
		button("make_repair_request", __("Repair Request"), patrol.make_repair_request, further);
		if (facts.levels.length) frm.add_custom_button(__("Make a Notice"), () => patrol.notice(frm, facts), further);
		if (facts.deposits.length) button("deduct", __("Deduct from the Deposit"), patrol.deduct, further);
		button("withdraw", __("Withdraw the Finding"), patrol.withdraw, further);
		for (const row of frm.doc.notices || []) {
			if (patrol.papers[row.level]) {
				frm.add_custom_button(`${__(patrol.papers[row.level])} ${row.notice_no}`, () => patrol.print_paper(frm, row.level), __("Print"));
			}
		}
	}

	// What matters at a glance: how late, how often, before and after.
	function show_facts(frm) {
		const { doc } = frm;
		const lines = [];
		const late = property_service.patrol.lateness(doc);
		if (late) lines.push([late.text, late.colour]);
		if (cint(doc.repeat_count) > 1) {
			const before = `<a href="${frappe.utils.get_form_link("Inspection Finding", doc.repeat_of)}">${escape(doc.repeat_of)}</a>`;
			lines.push([__("Found here {0} times; the last time: {1}", [doc.repeat_count, before]), "orange"]);
		}
		if (doc.status === "Fixed") {
			const mine = [doc.fixed_by, ...(doc.rechecks || []).map((row) => row.fixed_by)].includes(frappe.session.user);
			lines.push([mine ? __("You put it right, so somebody else rechecks it.") : __("Waits for the recheck by somebody who did not put it right."), "blue"]);
		}
		const photos = [
			[doc.photo, __("As Found")],
			[doc.fix_photo, __("Photo After")],
		].filter(([url]) => url);
		if (!lines.length && !photos.length) return;
		const pictures = photos
			.map(
				([url, label]) => `<a href="${escape(url)}" target="_blank" rel="noopener" style="display:inline-block;margin:8px 12px 0 0">
					<img src="${escape(url)}" alt="${escape(label)}" style="height:120px;border-radius:6px;display:block"><span class="small text-muted">${escape(label)}</span></a>`
			)
			.join("");
		const told = lines.map(([line, colour]) => `<div><span class="indicator ${colour}"></span>${line}</div>`).join("");
		$(`<div class="finding-facts form-dashboard-section" style="padding:12px 15px">${told}${pictures}</div>`).prependTo(frm.dashboard.parent);
		frm.dashboard.show();
	}
})();
