// The call sheet of reminders: one household a row, with phones, what is open and promises.
frappe.provide("property_service.fees");

(() => {
	const API = "property_service.fees.api";
	const shown = (value) => frappe.utils.escape_html(String(value ?? ""));
	const day = (value) => shown(value ? frappe.datetime.str_to_user(value) : "");
	const yuan = (value) => shown(format_number(flt(value), null, 2));

	property_service.fees.call_sheet = () => {
		const levels = ["", "Notice", "Call", "Letter", "Visit", "Lawyer's Letter", "Lawsuit"];
		const dialog = new frappe.ui.Dialog({
			title: __("Reminder Call Sheet"),
			size: "extra-large",
			fields: [
				{
					fieldname: "community",
					fieldtype: "Link",
					options: "Community",
					label: __("Community"),
					reqd: 1,
					default: frappe.defaults.get_user_default("Community"),
					onchange: () => load(dialog),
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "level",
					fieldtype: "Select",
					label: __("Level"),
					options: levels.map((value) => ({ value, label: value ? __(value, null, "Fee Reminder") : __("All") })),
					onchange: () => load(dialog),
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "sheet", fieldtype: "HTML" },
			],
		});
		dialog.show();
		load(dialog);
	};

	async function load(dialog) {
		const community = dialog.get_value("community");
		const level = dialog.get_value("level") || "";
		const asked = `${community}|${level}`;
		if (!community || dialog.asked === asked) return;
		dialog.asked = asked;
		const { message } = await frappe.call({ method: `${API}.reminder_call_sheet`, type: "GET", args: { community, level } });
		if (dialog.asked === asked) dialog.get_field("sheet").$wrapper.html(as_html(message || []));
	}

	function as_html(rows) {
		if (!rows.length) return `<p class="text-muted">${__("Nobody is to be reminded now.")}</p>`;
		const heads = [__("Unit and Debtor"), __("Phone"), __("Outstanding"), __("Late Fee"), __("Since"), __("To Be Done"), __("Known So Far")];
		return `<div style="max-height: 60vh; overflow: auto"><table class="table table-bordered table-sm">
			<thead><tr>${heads.map((head, place) => `<th class="${[2, 3].includes(place) ? "text-right" : ""}">${shown(head)}</th>`).join("")}</tr></thead>
			<tbody>${rows.map(row_html).join("")}</tbody></table></div>`;
	}

	function row_html(row) {
		const phones = row.phones.map((phone) => `<a href="tel:${shown(phone.phone)}">${shown(phone.phone)}</a>`);
		const acts = row.reminders.map(
			(reminder) => `<a href="${frappe.utils.get_form_link("Fee Reminder", reminder.name)}" target="_blank">${shown(__(reminder.level, null, "Fee Reminder"))}</a>
				<small class="text-muted">${day(reminder.due_on)}</small>`
		);
		const known = [
			row.promise ? __("Promised {0} yuan by {1}", [format_number(flt(row.promise.promised_amount), null, 2), frappe.datetime.str_to_user(row.promise.pay_by)]) : "",
			row.reason ? __(row.reason) : "",
		].filter(Boolean);
		return `<tr><td><b>${shown(row.label)}</b><br>${shown(row.debtor_name)}</td><td>${phones.join("<br>")}</td>
			<td class="text-right">${yuan(row.open)}</td><td class="text-right">${flt(row.late_fee) ? yuan(row.late_fee) : ""}</td>
			<td>${day(row.oldest_due)}<br><small class="text-muted">${shown(__("{0} days", [row.days]))}</small></td>
			<td>${acts.join("<br>")}</td><td>${known.map(shown).join("<br>")}</td></tr>`;
	}
})();
