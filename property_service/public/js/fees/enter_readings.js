// A round of meters entered at once: each with its last reading; what the server refuses stays, with its reason.
frappe.provide("property_service.fees");

(() => {
	const API = "property_service.fees.api";
	const OF_METERS = ["Metered", "Shared Meter"];
	const shown = (value) => frappe.utils.escape_html(String(value ?? ""));
	const number = (value) => (value === null || value === undefined ? "" : String(flt(value, 4)));

	property_service.fees.enter_readings = (fee_item) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Enter Readings"),
			size: "extra-large",
			fields: [
				{
					fieldname: "fee_item",
					fieldtype: "Link",
					options: "Fee Item",
					label: __("Fee Item"),
					reqd: 1,
					default: fee_item,
					read_only: fee_item ? 1 : 0,
					get_query: () => ({ filters: { kind: ["in", OF_METERS] } }),
				},
				{ fieldname: "building", fieldtype: "Link", options: "Building", label: __("Building"), description: __("Empty: all meters of the item.") },
				{ fieldtype: "Column Break" },
				{ fieldname: "month", fieldtype: "Date", label: __("Month of Service"), reqd: 1, default: frappe.datetime.month_start() },
				{ fieldname: "read_on", fieldtype: "Date", label: __("Read On"), reqd: 1, default: frappe.datetime.get_today() },
				{ fieldtype: "Section Break" },
				{ fieldname: "sheet", fieldtype: "HTML" },
			],
			primary_action_label: __("Save Readings"),
			primary_action: () => save(dialog),
		});
		const asked = () => ["fee_item", "building", "month"].map((name) => dialog.get_value(name) || "").join("|");
		for (const name of ["fee_item", "building", "month"]) {
			dialog.get_field(name).df.onchange = () => {
				if (dialog.asked === asked()) return; // the platform reports a change more than once
				dialog.asked = asked();
				load(dialog);
			};
		}
		dialog.show();
		dialog.asked = asked();
		load(dialog);
		return dialog;
	};

	async function load(dialog, said = {}) {
		const [fee_item, month, building] = ["fee_item", "month", "building"].map((name) => dialog.get_value(name));
		const box = dialog.get_field("sheet").$wrapper;
		if (!fee_item || !month) return box.empty();
		const { message } = await frappe.call({
			method: `${API}.meter_sheet`,
			type: "GET",
			args: { fee_item, month, building: building || "" },
		});
		dialog.lines = message || [];
		box.html(as_html(dialog.lines, said));
		box.find("input.reading").on("input", (event) => used(dialog, $(event.target).closest("tr")));
		box.find("input.reading").on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			const all = box.find("input.reading");
			all.eq(all.index(event.target) + 1).trigger("focus");
		});
	}

	function used(dialog, row) {
		const line = dialog.lines.find((one) => one.meter === row.data("meter"));
		const value = row.find("input.reading").val();
		row.find(".used").text(value === "" || Number.isNaN(Number(value)) ? "" : number(Number(value) - line.last_value));
	}

	function as_html(lines, said) {
		if (!lines.length) return `<p class="text-muted">${__("No meter stands here in this month.")}</p>`;
		const rows = lines.map((line) => {
			const refused = said[line.meter];
			const entered = line.reading
				? `<td class="text-right">${shown(number(line.value))}</td><td class="text-right">${shown(number(line.quantity))}</td>
					<td>${line.flag ? `<span class="indicator-pill orange">${shown(__(line.flag))}</span>` : ""}</td>`
				: `<td style="width: 130px"><input type="text" inputmode="decimal" class="form-control input-xs reading text-right"
						aria-label="${shown(`${__("Reading Now")} ${line.label} ${line.meter_no}`)}" value="${shown(refused ? refused.value : "")}"></td>
					<td class="used text-right"></td><td>${refused ? refusal(refused) : ""}</td>`;
			return `<tr data-meter="${shown(line.meter)}"><td>${shown(line.label)}</td><td>${shown(line.meter_no)}</td>
				<td class="text-right">${shown(number(line.last_value))}<br><small class="text-muted">${shown(frappe.datetime.str_to_user(line.last_on))}</small></td>
				${entered}</tr>`;
		});
		const heads = [__("Property Unit"), __("Meter Number"), __("Reading Before"), __("Reading Now"), __("Used"), ""];
		return `<div style="max-height: 50vh; overflow: auto"><table class="table table-bordered table-sm" style="margin: 0">
			<thead><tr>${heads.map((head, place) => `<th class="${place > 1 && place < 5 ? "text-right" : ""}">${shown(head)}</th>`).join("")}</tr></thead>
			<tbody>${rows.join("")}</tbody></table></div>`;
	}

	function refusal(refused) {
		const tick = (name, label) =>
			`<label style="margin: 0 12px 0 0; font-weight: normal"><input type="checkbox" class="${name}"> ${shown(label)}</label>`;
		return `<div class="text-danger small">${shown(refused.reason)}</div>${tick("confirmed", __("Confirmed"))}${tick("rollover", __("Rolled Over"))}`;
	}

	async function save(dialog) {
		const values = dialog.get_values();
		if (!values) return;
		const readings = [];
		dialog.get_field("sheet").$wrapper.find("tr[data-meter]").each((_place, element) => {
			const row = $(element);
			const value = (row.find("input.reading").val() || "").trim();
			if (value === "") return;
			readings.push({
				meter: row.data("meter"),
				value,
				confirmed: row.find(".confirmed").is(":checked") ? 1 : 0,
				rollover: row.find(".rollover").is(":checked") ? 1 : 0,
			});
		});
		if (!readings.length) return frappe.show_alert({ message: __("Enter at least one reading."), indicator: "orange" });
		const { message } = await frappe.call({
			method: `${API}.enter_readings`,
			args: { fee_item: values.fee_item, month: values.month, read_on: values.read_on, readings: JSON.stringify(readings) },
			freeze: true,
		});
		if (!message) return;
		const said = {};
		for (const refused of message.refused) {
			said[refused.meter] = { reason: refused.reason, value: readings.find((row) => row.meter === refused.meter).value };
		}
		const told = message.refused.length
			? __("{0} readings saved, {1} refused. Look at those again.", [message.taken, message.refused.length])
			: __("{0} readings saved.", [message.taken]);
		frappe.show_alert({ message: told, indicator: message.refused.length ? "orange" : "green" });
		await load(dialog, said);
	}

	// The form of an item and two lists bring this file: what is set here twice stays the same.
	if (!property_service.fees.readings_on_items) {
		property_service.fees.readings_on_items = true;
		frappe.ui.form.on("Fee Item", {
			refresh(frm) {
				if (frm.is_new() || !OF_METERS.includes(frm.doc.kind) || !frappe.model.can_create("Property Meter Reading")) return;
				frm.add_custom_button(__("Enter Readings"), () => property_service.fees.enter_readings(frm.doc.name));
				frm.add_custom_button(__("Meters"), () => frappe.set_route("List", "Property Meter", { fee_item: frm.doc.name }));
			},
		});
	}

	const onload = (list) => {
		if (!frappe.model.can_create("Property Meter Reading")) return;
		list.page.add_inner_button(__("Enter Readings"), () => property_service.fees.enter_readings());
	};
	frappe.listview_settings["Property Meter"] = { onload };
	frappe.listview_settings["Property Meter Reading"] = { onload, hide_name_column: true, add_fields: ["flag", "charged"], get_indicator: indicator };

	function indicator(doc) {
		if (doc.flag) return [__(doc.flag), "orange", `flag,=,${doc.flag}`];
		return doc.charged ? [__("Charged"), "green", "charged,=,1"] : [__("Not Charged Yet"), "blue", "charged,=,0"];
	}
})();
