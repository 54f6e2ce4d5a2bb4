frappe.ui.form.on("Patrol Task", {
	refresh(frm) {
		show_points(frm);
		const leads = ["Property Team Leader", "Property Manager"].some((role) => frappe.user.has_role(role));
		if (leads && ["Planned", "In Progress"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Give to Somebody Else"), () => give(frm));
		}
		if (leads && frm.doc.status === "Planned") frm.add_custom_button(__("Cancel the Round"), () => cancel(frm));
	},
});

const API = "property_service.patrol.patrol_api";

async function act(frm, method, args) {
	await frappe.call({ method: `${API}.${method}`, args: { name: frm.doc.name, ...args }, freeze: true });
	frm.reload_doc();
}

function give(frm) {
	frappe.prompt(
		[
			{ fieldname: "user", fieldtype: "Link", options: "User", label: __("Patroller"), reqd: 1, get_query: () => ({ filters: { user_type: "System User", enabled: 1 } }) },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(values) => act(frm, "reassign", values),
		__("Give to Somebody Else"),
		__("Give")
	);
}

function cancel(frm) {
	frappe.prompt({ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }, (values) => act(frm, "cancel", values), __("Cancel the Round"), __("Cancel the Round"));
}

async function show_points(frm) {
	const field = frm.get_field("records_view");
	if (!field || frm.is_new()) return;
	const { message } = await frappe.call({ method: `${API}.points_of`, type: "GET", args: { name: frm.doc.name } });
	const shown = (value) => frappe.utils.escape_html(String(value ?? ""));
	const rows = message.map((row) => {
		const color = { Missed: "red", Late: "orange", Early: "blue", "On Time": "green" }[row.result];
		const result = row.result ? `<span class="indicator-pill ${color}">${shown(__(row.result))}</span>` : "";
		const name = row.record ? `<a href="${frappe.utils.get_form_link("Patrol Record", row.record)}">${shown(row.name)}</a>` : shown(row.name);
		const marks = [row.is_abnormal && __("Not Normal"), row.is_too_fast && __("Impossible Pace")].filter(Boolean).map(shown).join(", ");
		const finding = row.finding ? `<a href="${frappe.utils.get_form_link("Inspection Finding", row.finding)}">${shown(row.finding)}</a>` : "";
		const time = row.recorded_at && row.result !== "Missed" ? shown(frappe.datetime.str_to_user(row.recorded_at)) : "";
		return `<tr><td>${row.no}</td><td>${name}</td><td>${result}</td><td>${time}</td><td>${marks}</td><td>${finding}</td></tr>`;
	});
	const heads = [__("No."), __("Checkpoint"), __("Result"), __("Checked At"), __("Remark"), __("Finding")];
	field.$wrapper.html(
		`<div class="table-responsive"><table class="table table-bordered table-sm"><thead><tr>${heads.map((head) => `<th>${shown(head)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
	);
}
