// The boards of the desk: where something stands follows from the work, so cards are opened and not dragged; the server would refuse the drop anyway.
frappe.provide("property_service.boards");

(() => {
	const boards = property_service.boards;
	const calm = new Set();

	// What refreshes a board: its columns in words of the DocType, cards that stay where they are
	boards.show = (list) => {
		if (list.view_name !== "Kanban") return;
		list.$result.closest(".page-container").find(".kanban-column").each((i, column) => {
			const value = column.dataset.columnValue;
			if (value) $(column).find(".kanban-title").text(__(value, null, list.doctype));
		});
		keep_cards(list.doctype);
	};

	const keep_cards = (doctype) => {
		if (calm.has(doctype)) return;
		calm.add(doctype);
		const board = `[data-page-route^="List/${doctype}/Kanban"]`;
		frappe.dom.set_style(
			`${board} .add-card, ${board} .new-card-area, ${board} .column-options { display: none !important; }
			${board} .kanban-card-wrapper, ${board} .kanban-card-body { cursor: pointer !important; }`,
			`property-service-board-${frappe.scrub(doctype)}`
		);
		const stop = (event) => {
			if (event.target.closest && event.target.closest(`${board} .kanban-cards`)) event.stopPropagation();
		};
		for (const name of ["pointerdown", "mousedown", "touchstart"]) {
			document.addEventListener(name, stop, { capture: true, passive: true });
		}
	};

	// A board has no choice of order of its own: what is due soonest stands on top.
	boards.soonest_first = (list, fieldname) => {
		// An order of cards that was stored when the board was made is an order of that day.
		for (const column of list.board.columns) column.order = null;
		list.sort_selector = {
			sort_by: fieldname,
			sort_order: "asc",
			get_sql_string: () => `\`tab${list.doctype}\`.\`${fieldname}\` asc`,
		};
	};
})();
