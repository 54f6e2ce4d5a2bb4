// The boards of the desk: where something stands follows from the work, so cards are opened and not dragged; the server would refuse the drop anyway.
frappe.provide("property_service.boards");

(() => {
	const boards = property_service.boards;
	const calm = new Set();

	// What a list does with its board: columns in words of the DocType, what is due soonest on top (a board has no choice of order of its
	// own), cards that stay where they are
	boards.show = (list, due) => {
		if (list.view_name !== "Kanban") return;
		keep_cards(list.doctype);
		arrange(list, due);
		if (list.is_watched) return;
		list.is_watched = true;
		// The platform draws the cards some time after it has told that it is done, and again when one changes.
		new MutationObserver(() => arrange(list, due)).observe(list.$result[0], { childList: true, subtree: true });
	};

	const arrange = (list, due) => {
		const times = Object.fromEntries((list.data || []).map((doc) => [doc.name, doc[due] || "9999"]));
		const time_of = (card) => times[decodeURIComponent(card.dataset.name)] || "";
		list.$result.find(".kanban-column").each((i, column) => {
			const value = column.dataset.columnValue;
			const $title = $(column).find(".kanban-title");
			const words = value ? __(value, null, list.doctype) : "";
			if (words && $title.text() !== words) $title.text(words);
			const cards = $(column).find(".kanban-cards > [data-name]").get();
			const sorted = [...cards].sort((one, other) => time_of(one).localeCompare(time_of(other)));
			if (sorted.some((card, at) => card !== cards[at])) $(column).find(".kanban-cards").append(sorted);
		});
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
})();
