const FEES_API = "property_service.fees.api";
const shown = (value) => frappe.utils.escape_html(String(value ?? ""));
const select = (doctype, fieldname, context) => {
	const field = frappe.meta.get_docfield(doctype, fieldname);
	return (field ? field.options : "").split("\n").filter(Boolean).map((value) => ({ value, label: __(value, null, context), description: "" }));
};

frappe.ui.form.on("Fee Item", {
	refresh(frm) {
		// "Fixed" means something else elsewhere; the platform reads options without their context.
		frm.get_field("kind").df.formatter = property_service.in_context("Fee Item");
		frm.set_df_property("kind", "options", select("Fee Item", "kind", "Fee Item"));
		if (frm.is_new()) return;
		frm.add_custom_button(__("Units With This Item"), () => frappe.set_route("List", "Unit Fee", { fee_item: frm.doc.name }));
		const may = frappe.user.has_role(["Property Manager", "System Manager"]);
		if (may && !frm.doc.one_off && frm.doc.enabled) {
			frm.add_custom_button(__("Assign to Units"), async () => {
				await Promise.all(["Property Unit", "Unit Fee"].map((doctype) => frappe.model.with_doctype(doctype)));
				ask(frm);
			});
		}
	},
});

function ask(frm) {
	const several = (fieldname, label, doctype) => ({
		fieldname,
		label,
		fieldtype: "MultiSelectList",
		get_data: (txt) => frappe.db.get_link_options(doctype, txt, { community: frm.doc.community }),
	});
	const words = (fieldname, label, column) => ({
		fieldname,
		label,
		fieldtype: "MultiSelectList",
		get_data: () => select("Property Unit", column),
	});
	const other = (rule) => `eval:doc.price_rule=='${rule}'`;
	const dialog = new frappe.ui.Dialog({
		title: __("Assign {0} to Units", [frm.doc.item_name]),
		size: "large",
		fields: [
			{ fieldtype: "Section Break", label: __("Which Units"), description: __("Empty: all units of {0}.", [frm.doc.community]) },
			several("buildings", __("Buildings"), "Building"),
			several("service_areas", __("Service Areas"), "Service Area"),
			words("usages", __("Usage"), "usage"),
			{ fieldtype: "Column Break" },
			words("delivery_statuses", __("Handover Status"), "delivery_status"),
			{ fieldname: "floor_from", fieldtype: "Data", label: __("From Floor") },
			{ fieldname: "floor_to", fieldtype: "Data", label: __("To Floor") },
			{ fieldname: "with_area", fieldtype: "Check", label: __("Only with a billable area"), default: frm.doc.kind === "Area" ? 1 : 0 },
			{ fieldtype: "Section Break", label: __("From When, at Which Price") },
			{ fieldname: "from_date", fieldtype: "Date", label: __("From"), reqd: 1, default: frappe.datetime.month_start() },
			{ fieldname: "to_date", fieldtype: "Date", label: __("To"), description: __("Empty: until further notice.") },
			{ fieldtype: "Column Break" },
			{ fieldname: "price_rule", fieldtype: "Select", label: __("Price"), options: select("Unit Fee", "price_rule"), default: "Item Price" },
			{ fieldname: "own_price", fieldtype: "Float", label: __("Own Price (Yuan)"), precision: 6, depends_on: other("Own Price") },
			{ fieldname: "discount_percent", fieldtype: "Percent", label: __("Discount"), depends_on: other("Discount") },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), depends_on: "eval:doc.price_rule!='Item Price'" },
			{ fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "HTML" },
		],
		primary_action_label: __("Preview"),
		primary_action: () => preview(frm, dialog),
	});
	const again = () => {
		dialog.get_field("result").$wrapper.empty();
		dialog.set_primary_action(__("Preview"), () => preview(frm, dialog));
	};
	dialog.$wrapper.on("change awesomplete-selectcomplete", "input, select, textarea", again);
	dialog.show();
}

function asked(frm, values) {
	const filters = {};
	for (const name of ["buildings", "service_areas", "usages", "delivery_statuses", "floor_from", "floor_to", "with_area"]) {
		const value = values[name];
		if (Array.isArray(value) ? value.length : value) filters[name] = value;
	}
	const terms = {};
	for (const name of ["to_date", "price_rule", "own_price", "discount_percent", "reason"]) {
		if (values[name]) terms[name] = values[name];
	}
	return { fee_item: frm.doc.name, from_date: values.from_date, filters: JSON.stringify(filters), terms: JSON.stringify(terms) };
}

async function preview(frm, dialog) {
	const args = asked(frm, dialog.get_values());
	const { message } = await frappe.call({ method: `${FEES_API}.assign_preview`, type: "GET", args, freeze: true });
	if (!message) return;
	dialog.get_field("result").$wrapper.html(as_html(message));
	if (!message.added) return;
	dialog.set_primary_action(__("Assign to {0} Units", [message.added]), async () => {
		const done = await frappe.call({ method: `${FEES_API}.assign`, args, freeze: true });
		dialog.hide();
		frappe.show_alert({ message: __("{0} units have this item now.", [done.message.added]), indicator: "green" });
	});
}

function as_html(found) {
	const reasons = found.reasons.map(
		(row) => `<li>${shown(__(row.template, row.params))} <span class="text-muted">(${shown(row.count)}: ${shown(row.units.join(", "))})</span></li>`
	);
	return `<p><b>${shown(__("{0} units get it, {1} have it already, {2} are refused.", [found.added, found.known, found.refused]))}</b></p>
		${reasons.length ? `<ul>${reasons.join("")}</ul>` : ""}`;
}
