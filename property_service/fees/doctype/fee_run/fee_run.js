const FEES = "property_service.fees.api";
const BUSY = ["Previewing", "Running", "Voiding"];
const text = (value) => frappe.utils.escape_html(String(value ?? ""));
const yuan = (value) => format_currency(value, "CNY");
const sentence = (template, params) => text(__(template, params || []));

frappe.ui.form.on("Fee Run", {
	setup(frm) {
		const here = () => ({ filters: { community: frm.doc.community } });
		frm.set_query("building", here);
		frm.set_query("fee_item", () => ({ filters: { community: frm.doc.community, one_off: 0, enabled: 1 } }));
		frappe.realtime.on("fee_run_progress", (told) => {
			if (told.run === frm.doc.name) show_progress(frm, told.done, told.total);
		});
	},

	refresh(frm) {
		clearTimeout(frm.run_timer);
		frm.events.lead(frm);
		frm.events.show_preview(frm);
		if (frm.is_new()) return;
		frm.page.set_title(`${frm.doc.community} · ${frappe.datetime.str_to_user(frm.doc.bill_until)}`);
		const may = frappe.user.has_role(["Property Manager", "System Manager"]);
		const status = frm.doc.status;
		const begun = !["Draft", "Previewed"].includes(status);
		for (const field of ["bill_until", "building", "fee_item"]) frm.set_df_property(field, "read_only", begun ? 1 : 0);
		if (begun) frm.disable_save();
		if (BUSY.includes(status)) return follow(frm);
		const add = (label, acting, next) => frm.add_custom_button(label, acting).toggleClass("btn-primary", next).toggleClass("btn-default", !next);
		if (may && !begun) add(__("Preview"), () => preview(frm), status === "Draft");
		if (may && status === "Previewed") add(__("Start"), () => start(frm), true);
		if (may && status === "Failed") add(__("Try Again"), () => act(frm, "fee_run_start"), true);
		if (may && ["Done", "Failed"].includes(status)) add(__("Void This Run"), () => void_run(frm), false);
		if (!begun) return;
		for (const [label, doctype, count] of [
			[__("Charges"), "Fee Charge", frm.doc.charge_count],
			[__("Bills"), "Fee Bill", frm.doc.bill_count],
			[__("Skipped"), "Fee Run Skip", frm.doc.skipped_count],
		]) {
			if (!count) continue;
			frm.add_custom_button(`${label} (${count})`, () => frappe.set_route("List", doctype, { fee_run: frm.doc.name }), __("Open"));
		}
	},

	// One sentence that says what comes next.
	lead(frm) {
		const sentences = {
			Draft: __("Save, then look at the preview. Nothing is charged before you start the run."),
			Previewing: __("The preview is being computed. This page shows it when it is there."),
			Previewed: __("Nothing is charged yet. Check the preview below, then start the run."),
			Failed: __("Part of the run could not be done. What was charged stands; try the rest again, or void the run."),
			Voided: __("Everything this run charged is void. The same months can be billed again."),
		};
		frm.set_intro(sentences[frm.doc.status] || "", frm.doc.status === "Failed" ? "red" : "blue");
	},

	show_preview(frm) {
		const field = frm.get_field("preview_view");
		if (!field) return;
		const found = frm.doc.preview ? JSON.parse(frm.doc.preview) : null;
		frm.toggle_display("section_preview", Boolean(found));
		field.$wrapper.html(found ? as_html(found) : "");
	},
});

async function act(frm, method, args = {}) {
	await frappe.call({ method: `${FEES}.${method}`, args: { name: frm.doc.name, ...args }, freeze: true });
	await frm.reload_doc();
}

async function preview(frm) {
	await property_service.dialogs.saved(frm);
	await frappe.call({
		method: `${FEES}.fee_run_preview_now`,
		args: { name: frm.doc.name },
		freeze: true,
		freeze_message: __("Computing what is due…"),
	});
	await frm.reload_doc();
}

function start(frm) {
	const found = JSON.parse(frm.doc.preview || "{}");
	if (!found.charges) return frappe.msgprint(__("Nothing is due. Look at what is skipped, and why."));
	if (frm.is_dirty()) return frappe.msgprint(__("Save the changes and look at the preview again."));
	const message = __("The run writes {0} charges, {1} in all. Start it now?", [found.charges, yuan(found.total)]);
	frappe.confirm(message, () => act(frm, "fee_run_start"));
}

function void_run(frm) {
	frappe.prompt(
		[{
			fieldname: "because",
			fieldtype: "Small Text",
			label: __("Reason"),
			reqd: 1,
			description: __("All charges of this run become void, if nobody has paid on them. Prepayments they used are left again."),
		}],
		({ because }) => act(frm, "fee_run_void", { because }),
		__("Void This Run"),
		__("Void This Run")
	);
}

function show_progress(frm, done, total) {
	if (!total) return;
	frm.dashboard.show_progress(__("Fee Run"), (done * 100) / total, __("{0} of {1} batches", [done, total]));
}

// Progress is stored with every batch, so a page opened later or without realtime shows it too.
async function follow(frm) {
	const { message } = await frappe.db.get_value("Fee Run", frm.doc.name, ["status", "batches_done", "batches_total"]);
	if (!message || cur_frm !== frm) return;
	if (!BUSY.includes(message.status)) return frm.reload_doc();
	if (message.status !== "Previewing") show_progress(frm, cint(message.batches_done), cint(message.batches_total));
	frm.run_timer = setTimeout(() => follow(frm), 2000);
}

function as_html(found) {
	const figures = [
		[__("Units"), found.units],
		[__("Charges"), found.charges],
		[__("Bills"), found.bills],
		[__("Total Amount"), yuan(found.total)],
		[__("Skipped"), found.skipped],
	];
	const cards = figures.map(
		([label, value]) => `<div style="min-width: 110px"><div class="text-muted small">${text(label)}</div>
			<div style="font-size: var(--text-xl); font-weight: 600">${text(value)}</div></div>`
	);
	return `<div style="display: flex; flex-wrap: wrap; gap: 24px; margin-bottom: 16px">${cards.join("")}</div>
		${items_table(found.items)}${skips_table(found.skips)}${samples_table(found.samples)}`;
}

function table(title, heads, rows, empty) {
	if (!rows.length) return empty ? `<h5 style="margin: 16px 0 8px">${text(title)}</h5><p class="text-muted">${text(empty)}</p>` : "";
	const right = (head) => (head.right ? ' class="text-right"' : "");
	return `<h5 style="margin: 16px 0 8px">${text(title)}</h5><div style="overflow-x: auto"><table class="table table-bordered table-sm" style="margin: 0">
		<thead><tr>${heads.map((head) => `<th${right(head)}>${text(head.label)}</th>`).join("")}</tr></thead>
		<tbody>${rows.map((row) => `<tr>${row.map((cell, column) => `<td${right(heads[column])}>${cell}</td>`).join("")}</tr>`).join("")}</tbody>
	</table></div>`;
}

function items_table(items) {
	const heads = [{ label: __("Fee Item") }, { label: __("Charges"), right: true }, { label: __("Amount"), right: true }];
	const rows = items.map((row) => [text(row.item_name), text(row.charges), text(yuan(row.total))]);
	return table(__("By Item"), heads, rows, __("Nothing is due: everything up to this day is billed, or no unit has a fee."));
}

function skips_table(skips) {
	const heads = [{ label: __("Reason") }, { label: __("Count"), right: true }, { label: __("For Example") }];
	const rows = skips.map((row) => [
		sentence(row.template, row.params),
		text(row.count),
		row.units.map((unit) => `<a href="${frappe.utils.get_form_link("Property Unit", unit)}">${text(unit)}</a>`).join(", "),
	]);
	return table(__("Skipped, by Reason"), heads, rows);
}

function samples_table(samples) {
	const heads = [
		...[__("Property Unit"), __("Debtor"), __("Fee Item"), __("Month of Service"), __("Pay By"), __("What Makes It Up")].map((label) => ({ label })),
		{ label: __("Amount"), right: true },
	];
	const lines = (row) => row.lines.map((line) => `<div>${sentence(line.label, line.params)}: ${text(line.working)}</div>`).join("");
	const rows = samples.map((row) => [
		...[row.unit, row.debtor, row.item_name, row.month, frappe.datetime.str_to_user(row.pay_by)].map(text),
		lines(row),
		text(yuan(row.amount)),
	]);
	return table(__("Samples"), heads, rows);
}
