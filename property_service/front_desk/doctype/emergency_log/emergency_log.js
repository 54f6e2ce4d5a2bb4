// An emergency: entries are added with a button and never changed.
(() => {
	const API = "property_service.front_desk.emergency_api";
	// The dialogs are loaded after this script.
	const ask = (...parts) => property_service.dialogs.ask(...parts);
	const act = (frm, method, ...parts) => property_service.dialogs.acts_of(API)(frm, method, ...parts);
	const words = property_service.in_context("Emergency Log");
	const AFTERWARDS = ["cause", "measures", "damage"];

	frappe.ui.form.on("Emergency Log", {
		setup(frm) {
			for (const field of ["status", "kind"]) frm.get_docfield(field).formatter = words;
			frm.set_query("building", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
			frm.set_query("unit", () => ({ filters: frm.doc.community ? { community: frm.doc.community } : {} }));
		},

		onload(frm) {
			if (frm.is_new() && !frm.doc.happened_at) frm.set_value("happened_at", frappe.datetime.now_datetime());
		},

		async refresh(frm) {
			frm.toggle_display("status", !frm.is_new());
			frm.set_intro("");
			// Entries of a saved record are added by the button alone.
			frm.set_df_property("entries", "read_only", !frm.is_new());
			if (frm.is_new()) return;
			const { doc } = frm;
			if (doc.status === "Closed") {
				for (const field of frm.meta.fields) if (!AFTERWARDS.includes(field.fieldname) && frm.fields_dict[field.fieldname]) frm.set_df_property(field.fieldname, "read_only", 1);
				if (!frappe.user.has_role("Property Manager")) frm.disable_save();
			}
			frm.add_custom_button(__("Print"), () => property_service.print_paper("Emergency Log", frm.doc.name, "Emergency Record"));
			const { name } = doc;
			const { message: acts } = await frappe.call({ method: `${API}.acts`, type: "GET", args: { name } });
			if (!acts || frm.doc.name !== name) return;
			if (acts.includes("close"))
				frm.add_custom_button(__("Close the Emergency"), () =>
					ask(
						__("Close the Emergency"),
						[{ fieldname: "what", fieldtype: "Small Text", label: __("How did it end?"), reqd: 1 }],
						__("Close the Emergency"),
						(values) => act(frm, "close", values, __("Closed"))
					)
				);
			if (acts.includes("add_entry"))
				frm
					.add_custom_button(__("Add Entry"), () =>
						ask(
							__("Add Entry"),
							[
								{ fieldname: "what", fieldtype: "Small Text", label: __("Action Taken"), reqd: 1 },
								{ fieldname: "at", fieldtype: "Datetime", label: __("At"), description: __("Empty: now.") },
							],
							__("Add"),
							(values) => act(frm, "add_entry", values, __("Entered"))
						)
					)
					.addClass("btn-primary");
		},

		community(frm) {
			frm.set_value({ building: null, unit: null });
		},
	});
})();
