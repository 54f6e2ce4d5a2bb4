// Papers open in a window of their own, in the language of whoever prints.
frappe.provide("property_service");

// `more` goes into the address: {trigger_print: 1} prints at once.
property_service.paper_address = (doctype, name, format, more) =>
	`/printview?${new URLSearchParams({ doctype, name, format, no_letterhead: 1, _lang: frappe.boot.lang || "en", ...more })}`;

property_service.print_paper = (doctype, name, format, more) => window.open(property_service.paper_address(doctype, name, format, more), "_blank");
