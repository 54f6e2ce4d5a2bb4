// A check drawn by lot: scored and told by a manager, remarked on once by the person.
(() => {
	const API = "property_service.front_desk.quality_api";
	// The dialogs are loaded after this script.
	const ask = (...parts) => property_service.dialogs.ask(...parts);
	const staff_name = (user) => (frappe.boot.property_service_staff || {})[user] || frappe.user.full_name(user);
	const escape = frappe.utils.escape_html;

	const act = (...parts) => property_service.dialogs.acts_of(API)(...parts);

	frappe.ui.form.on("Service Quality Check", {
		setup(frm) {
			frm.get_docfield("status").formatter = property_service.in_context("Service Quality Check");
			frm.get_docfield("month").formatter = (value) => escape(String(value || "").slice(0, 7));
		},

		async refresh(frm) {
			frm.set_intro("");
			frm.disable_form();
			const { name, status, person } = frm.doc;
			if (status !== "Told" && person !== frappe.session.user) frm.set_intro(__("{0} does not know of this check and cannot see it before you tell.", [escape(staff_name(person))]), "blue");
			const { message: acts } = await frappe.call({ method: `${API}.acts`, type: "GET", args: { name } });
			if (!acts || frm.doc.name !== name) return;
			if (acts.includes("remark"))
				frm
					.add_custom_button(__("Remark"), () =>
						ask(__("Remark"), [{ fieldname: "words", fieldtype: "Small Text", label: __("What do you say to it?"), reqd: 1, description: __("Once; it cannot be changed afterwards.") }], __("Send"), (values) => act(frm, "remark", values, __("Saved")))
					)
					.addClass("btn-primary");
			if (acts.includes("tell"))
				frm
					.add_custom_button(__("Tell"), () => frappe.confirm(__("Show this check to {0}? It cannot be changed afterwards.", [escape(staff_name(person))]), () => act(frm, "tell", {}, __("Told")).catch(() => {})))
					.addClass("btn-primary");
			if (acts.includes("score")) {
				const button = frm.add_custom_button(__("Score"), () => score(frm));
				if (!acts.includes("tell")) button.addClass("btn-primary");
			}
		},
	});

	function score(frm) {
		const rows = frm.doc.scores || [];
		const fields = rows.flatMap((row, number) => [
			{ fieldtype: "Section Break" },
			{
				fieldname: `points_${number}`,
				fieldtype: "Float",
				precision: 1,
				label: `${row.criterion} (0–${row.most})`,
				default: row.points || undefined,
				description: row.is_decisive ? __("Decisive: 0 here fails the whole check.") : "",
			},
			{ fieldtype: "Column Break" },
			{ fieldname: `note_${number}`, fieldtype: "Data", label: __("Note"), default: row.note || "" },
		]);
		ask(__("Score"), [...fields, { fieldtype: "Section Break" }, { fieldname: "remark", fieldtype: "Small Text", label: __("Remark"), default: frm.doc.remark || "" }], __("Save"), (values) =>
			act(
				frm,
				"score",
				{
					points: rows.map((row, number) => flt(values[`points_${number}`])),
					notes: rows.map((row, number) => values[`note_${number}`] || ""),
					remark: values.remark || "",
				},
				__("Scored")
			)
		);
	}
})();
