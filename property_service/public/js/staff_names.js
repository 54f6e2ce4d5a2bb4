// Members of staff are shown by name wherever the desk names them: lists, boards, forms, and what happened to a document.
// Their names come with the desk's first answer, so nothing is asked for row by row.
for (const [user, name] of Object.entries(frappe.boot.property_service_staff || {})) {
	frappe.utils.add_link_title("User", user, name);
	frappe.boot.user_info[user] = frappe.boot.user_info[user] || { fullname: name, name: user, email: user };
}
