// Words of options that mean something else elsewhere are translated in the context of their DocType; the platform reads options
// without one.
frappe.provide("property_service");

// A formatter for a field of a form or a list; without a context it translates what is stored in English: names of DocTypes, reasons.
property_service.in_context = (context) => (value) => frappe.utils.escape_html(__(value || "", null, context));
