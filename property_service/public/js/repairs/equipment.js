// At intake: where water, gas or power of the caller's building are shut off.
frappe.provide("property_service.repairs");

(() => {
	const text = (value) => frappe.utils.escape_html(String(value || ""));
	function box(frm) {
		let found = frm.dashboard.parent.find(".repair-equipment");
		if (!found.length) {
			found = $('<div class="repair-equipment" style="padding:2px 15px"></div>');
			frm.dashboard.parent.append(found);
		}
		return found;
	}

	function show(frm) {
		const { category, unit, building, entrance } = frm.doc;
		box(frm).empty();
		if (!frm.is_new() || !category || !(unit || building)) return;
		frappe.call({ method: "property_service.repairs.desk_api.equipment", args: { category, unit: unit || "", building: building || "", entrance: entrance || "" }, type: "GET" }).then(({ message }) => {
			if (frm.doc.category !== category || frm.doc.unit !== unit || !message.length) return;
			const rows = message.map(
				(row) => `<div><b>${text(row.equipment_name)}</b>: ${text(row.location)}${row.how_to ? ` · ${text(row.how_to)}` : ""}${row.key_at ? ` · ${text(__("Key: {0}", [row.key_at]))}` : ""}</div>`
			);
			box(frm).html(
				`<div style="border-inline-start:4px solid var(--red-500);background:var(--bg-red);color:var(--text-on-red);padding:6px 12px;border-radius:6px;margin-bottom:6px">${rows.join("")}</div>`
			);
			frm.dashboard.show();
		});
	}

	frappe.ui.form.on("Repair Request", { refresh: show, category: show, unit: show, building: show, entrance: show });
})();
