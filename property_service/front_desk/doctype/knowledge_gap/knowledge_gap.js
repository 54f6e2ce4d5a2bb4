(() => {
	const API = "property_service.front_desk.knowledge_api";

	frappe.ui.form.on("Knowledge Gap", {
		setup(frm) {
			frm.get_docfield("status").formatter = property_service.in_context("Knowledge Gap");
		},

		refresh(frm) {
			frm.disable_save();
			// Its buttons change it, each with what it needs.
			for (const field of ["status", "knowledge_article"]) frm.set_df_property(field, "read_only", 1);
			frm.set_intro("");
			if (frm.doc.status !== "Open" || !(frm.perm[0] && frm.perm[0].write)) return;
			frm.set_intro(__("Nobody found an answer to this. Write one, or add the words to an answer that is there."));
			frm.add_custom_button(__("Write an Article"), () => write(frm)).addClass("btn-primary");
			frm.add_custom_button(__("Add to an Article"), () => add(frm));
			frm.add_custom_button(__("Leave Out"), () => send(frm, "leave_out", {}));
		},
	});

	function write(frm) {
		const options = ["Repairs", "Fees", "Decoration", "Parking", "Moving", "Community Life", "Public Services", "Other"];
		property_service.dialogs.ask(
			__("Write an Article"),
			[
				{ fieldname: "title", fieldtype: "Data", label: __("Question Asked"), default: frm.doc.words, reqd: 1 },
				{ fieldname: "topic", fieldtype: "Select", label: __("Topic"), options: options.map((value) => ({ value, label: __(value, null, "Knowledge Article") })), default: "Other", reqd: 1 },
				{ fieldname: "answer", fieldtype: "Text Editor", label: __("Answer"), reqd: 1 },
				{ fieldname: "script", fieldtype: "Small Text", label: __("What to Say") },
				{ fieldname: "responsible_party", fieldtype: "Data", label: __("Responsible Party") },
				{ fieldname: "is_public", fieldtype: "Check", label: __("Shown in the Portal") },
			],
			__("Save"),
			(values) => send(frm, "write_article", values)
		);
	}

	function add(frm) {
		property_service.dialogs.ask(
			__("Add to an Article"),
			[{ fieldname: "article", fieldtype: "Link", options: "Knowledge Article", label: __("Article"), reqd: 1 }],
			__("Add"),
			(values) => send(frm, "add_words", values)
		);
	}

	function send(frm, method, values) {
		const args = method === "leave_out" ? { gap: frm.doc.name } : { gap: frm.doc.name, ...values };
		return frappe.xcall(`${API}.${method}`, args).then(() => {
			frappe.show_alert({ message: __("Done"), indicator: "green" });
			return frm.reload_doc();
		});
	}
})();
