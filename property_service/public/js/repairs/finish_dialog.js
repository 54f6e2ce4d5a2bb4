// The report of the work, entered at the desk for a technician who cannot: materials by the price list, live total.
frappe.provide("property_service.repairs");

property_service.repairs.finish = (frm) => {
	const repairs = property_service.repairs;
	const GRADES = ["Junior", "Skilled", "Senior"];
	const args = { text: "", community: frm.doc.community };
	repairs.call("api.price_items", args, "GET").then((items) => {
		const materials = items.filter((item) => item.kind !== "Labour");
		const rate_of = Object.fromEntries(items.filter((item) => item.grade).map((item) => [item.grade, item.rate]));
		const by_name = Object.fromEntries(materials.map((item) => [item.item_name, item]));

		function show_total() {
			const rows = dialog.get_value("materials") || [];
			const parts = rows.reduce((sum, row) => sum + Math.round(flt(row.rate) * 100 * flt(row.qty)), 0);
			const labour = Math.round(flt(rate_of[dialog.get_value("labour_grade")]) * 100 * flt(dialog.get_value("labour_hours")));
			const total = format_currency((parts + labour) / 100, "CNY");
			const agreed = frm.doc.quote_status === "Agreed" ? frm.doc.quote_amount : null;
			const over = agreed !== null && parts + labour > Math.round(agreed * 100);
			const told = agreed === null ? "" : __("agreed: {0}", [format_currency(agreed, "CNY")]);
			dialog.get_field("total").$wrapper.html(
				`<p class="${over ? "text-danger" : ""}"><b>${__("Total")}: ${total}</b> ${told}</p>`
			);
		}
		const column = (fieldname, fieldtype, label, columns, more) => ({ fieldname, fieldtype, label, columns, in_list_view: 1, ...more });
		const dialog = property_service.dialogs.ask(
			__("Finish"),
			[
				{ fieldname: "work_done", fieldtype: "Small Text", label: __("What was done?"), reqd: 1, default: frm.doc.work_done, description: __("One sentence; the resident will see it.") },
				{
					fieldname: "materials",
					fieldtype: "Table",
					label: __("Materials"),
					data: (frm.doc.materials || []).map(({ item_name, qty, uom, rate, from_stock }) => ({ item_name, qty, uom, rate, from_stock })),
					fields: [
						column("item_name", "Autocomplete", __("Item"), 3, {
							reqd: 1,
							options: materials.map((item) => item.item_name),
							onchange() {
								const row = this.grid_row && this.grid_row.doc;
								const item = row && by_name[row.item_name];
								if (!item) return;
								Object.assign(row, { uom: item.uom, rate: item.rate, qty: row.qty || 1 });
								dialog.get_field("materials").grid.refresh();
								show_total();
							},
						}),
						column("qty", "Float", __("Quantity"), 2, { reqd: 1, default: 1, onchange: () => show_total() }),
						column("uom", "Data", __("Unit of Measure"), 2),
						column("rate", "Currency", __("Price"), 2, { onchange: () => show_total() }),
						column("from_stock", "Check", __("From Stock"), 1, { default: 1 }),
					],
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "labour_hours", fieldtype: "Float", label: __("Labour (Hours)"), default: frm.doc.labour_hours, onchange: () => show_total() },
				{ fieldtype: "Column Break" },
				{
					fieldname: "labour_grade",
					fieldtype: "Select",
					label: __("Labour Grade"),
					options: [{ value: "", label: "" }, ...GRADES.map((word) => ({ value: word, label: __(word) }))],
					default: frm.doc.labour_grade,
					onchange: () => show_total(),
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "total", fieldtype: "HTML" },
			],
			__("Finish"),
			(values) =>
				repairs.send(
					frm,
					"finish",
					{
						work_done: values.work_done,
						materials: (values.materials || []).map(({ item_name, qty, uom, rate, from_stock }) => ({ item_name, qty, uom, rate, from_stock: cint(from_stock) })),
						labour_hours: flt(values.labour_hours),
						labour_grade: values.labour_grade || null,
					},
					__("Finished", null, "Repair Request")
				)
		);
		show_total();
	});
};
