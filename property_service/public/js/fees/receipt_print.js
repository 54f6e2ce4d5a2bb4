// Printing a receipt: the server counts the print first, so that a second paper says that it is a reprint.
frappe.provide("property_service.fees");

property_service.fees.print_receipt = (name, format) => {
	// Opened at once: browsers refuse windows that open after an answer.
	const paper = window.open("", "_blank");
	if (!paper) return frappe.msgprint(__("Please allow pop-ups for this site, then print again."));
	frappe.call({
		method: "property_service.fees.counter_api.mark_printed",
		args: { receipt: name },
		callback: ({ message }) => {
			paper.location = property_service.paper_address("Fee Receipt", name, format, { trigger_print: 1, ticket: message.ticket });
		},
		error: () => paper.close(),
	});
};
