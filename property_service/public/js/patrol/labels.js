// Labels of checkpoints. The sheet holds secrets that are stored nowhere, so it is printed from the answer itself.
frappe.provide("property_service.patrol");

property_service.patrol.make_labels = (names) => {
	const told = __("Make new labels of {0} checkpoints? The labels that hang there no longer work from then on.", [names.length]);
	frappe.confirm(told, async () => {
		const paper = window.open("", "_blank");
		if (!paper) return frappe.msgprint(__("Please allow pop-ups for this site, then print again."));
		try {
			const { message } = await frappe.call({ method: "property_service.patrol.patrol_api.make_labels", args: { names } });
			paper.document.write(message.html);
			paper.document.close();
			paper.print();
		} catch (error) {
			paper.close();
			throw error;
		}
	});
};
