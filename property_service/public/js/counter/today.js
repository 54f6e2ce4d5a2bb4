// What has to be done today: drawn anew when something changes, and each minute.

(() => {
	const counter = property_service.counter;
	const MINUTE = 60_000;
	const SOON = 4_000;
	const WATCHED = ["Callback Promise", "Return Visit", "Repair Request", "Resident Complaint"];

	counter.Today = class {
		constructor($box) {
			this.$box = $box;
			this.parts = null;
			this.draw();
			frappe.realtime.on("list_update", (data) => {
				if (!this.running || !data || !WATCHED.includes(data.doctype)) return;
				clearTimeout(this.soon);
				this.soon = setTimeout(() => this.refresh(), SOON);
			});
		}

		start() {
			this.running = true;
			clearInterval(this.beat);
			this.beat = setInterval(() => document.visibilityState === "visible" && this.refresh(), MINUTE);
			if (frappe.realtime.doctype_subscribe) for (const doctype of WATCHED) frappe.realtime.doctype_subscribe(doctype);
			this.refresh();
		}

		stop() {
			this.running = false;
			clearInterval(this.beat);
			clearTimeout(this.soon);
			if (frappe.realtime.doctype_unsubscribe) for (const doctype of WATCHED) frappe.realtime.doctype_unsubscribe(doctype);
		}

		async refresh() {
			const turn = (this.turn = (this.turn || 0) + 1);
			const answer = await counter.read("today");
			if (turn !== this.turn) return;
			this.failed = !answer;
			if (answer) this.parts = (Array.isArray(answer) ? answer : answer.parts || []).map(counter.part_of).sort((a, b) => a.order - b.order);
			this.draw();
		}

		draw() {
			// Somebody in the middle of an answer is not interrupted.
			if (this.$box.find(".sc-keep").length) return;
			const $row = this.$box.find(":focus").closest("[data-row]");
			const focused = $row.attr("data-name");
			this.$box.html(counter.html.today(this.parts, this.failed));
			if (focused) this.$box.find("[data-row]").filter((i, row) => row.dataset.name === focused).find(".sc-link").trigger("focus");
		}
	};
})();
