const API = "property_service.property_service.api";
const BUSY = ["Queued", "Running"];
const text = (value) => frappe.utils.escape_html(String(value ?? ""));

frappe.ui.form.on("Property Import", {
	refresh(frm) {
		clearTimeout(frm.import_timer);
		const download = (language) => window.open(
			`/api/method/${API}.import_template?kind=${encodeURIComponent(frm.doc.kind)}&language=${language}`
		);
		frm.add_custom_button(__("With Chinese Headers"), () => download("zh"), __("Download Template"));
		frm.add_custom_button(__("With English Headers"), () => download("en"), __("Download Template"));
		if (frm.is_new() || !frm.doc.file) return;
		if (BUSY.includes(frm.doc.status)) {
			frm.disable_save();
			return follow(frm);
		}
		frm.enable_save();
		frm.add_custom_button(__("Preview"), () => saved(frm) && preview(frm));
		frm.add_custom_button(__("Run"), () => saved(frm) && run(frm)).addClass("btn-primary");
	},
});

function saved(frm) {
	if (!frm.is_dirty()) return true;
	frappe.msgprint(__("Save the import first."));
	return false;
}

async function preview(frm) {
	const { message } = await frappe.call({
		method: `${API}.import_preview`,
		type: "GET",
		args: { name: frm.doc.name },
		freeze: true,
		freeze_message: __("Reading the file…"),
	});
	if (message) frm.get_field("preview").$wrapper.html(as_html(message));
}

function as_html(found) {
	const counts = [
		[__("Rows"), found.rows],
		[__("Would be taken"), found.taken],
		[__("Known Already"), found.known],
		[__("Would be refused"), found.refused_count],
	];
	const makes = Object.entries(found.makes || {}).map(([doctype, count]) => [__(doctype), count]);
	const table = (rows) =>
		`<table class="table table-bordered"><tbody>${rows
			.map(([label, value]) => `<tr><td>${text(label)}</td><td class="text-right">${text(value)}</td></tr>`)
			.join("")}</tbody></table>`;
	const refused = (found.refused || []).map(
		(row) => `<tr><td>${text(row.line)}</td><td>${text(row.key)}</td><td>${text(row.reason)}</td></tr>`
	);
	const ignored = (found.ignored || []).length
		? `<p class="text-muted">${__("Columns not recognised and left out: {0}", [text(found.ignored.join(", "))])}</p>`
		: "";
	return `${ignored}<div class="row"><div class="col-sm-6">${table(counts)}</div>
		<div class="col-sm-6">${makes.length ? `<h6>${__("New documents")}</h6>${table(makes)}` : ""}</div></div>
		${refused.length ? `<h6>${__("Refused Rows")}</h6><div style="overflow-x: auto"><table class="table table-bordered">
			<thead><tr><th>${__("Line in the File")}</th><th>${__("Key")}</th><th>${__("Reason")}</th></tr></thead>
			<tbody>${refused.join("")}</tbody></table></div>` : ""}`;
}

function run(frm) {
	frappe.confirm(__("Existing records stay as they are; the rest is created. Run the import now?"), async () => {
		const { message } = await frappe.call({
			method: `${API}.import_run`,
			args: { name: frm.doc.name },
			freeze: true,
			freeze_message: __("Importing…"),
		});
		frm.get_field("preview").$wrapper.empty();
		if (message) frappe.show_alert({ message: message.message, indicator: "green" });
		frm.reload_doc();
	});
}

// Progress is stored with every block, so a page opened later or without realtime shows it too.
async function follow(frm) {
	const fields = ["status", "rows_total", "rows_taken", "rows_known", "rows_refused"];
	const { message } = await frappe.db.get_value("Property Import", frm.doc.name, fields);
	if (!message || cur_frm !== frm) return;
	if (!BUSY.includes(message.status)) return frm.reload_doc();
	const done = cint(message.rows_taken) + cint(message.rows_known) + cint(message.rows_refused);
	const percent = message.rows_total ? (done * 100) / message.rows_total : 0;
	frm.dashboard.show_progress(__("Import"), percent, __("{0} of {1} rows", [done, cint(message.rows_total)]));
	frm.import_timer = setTimeout(() => follow(frm), 4000);
}
