// Answers that fit what is being typed, beside the form.

(() => {
	const counter = property_service.counter;
	const WAIT = 250;
	const SHORTEST = 2;

	counter.Answers = class {
		constructor($box, take) {
			Object.assign(this, { $box, take, found: [], at: 0, asked: "" });
		}

		// form: what is being written, or null once it is saved or set aside
		ask(form) {
			clearTimeout(this.waiting);
			const words = form ? form.subject.trim() : "";
			if (words.length < SHORTEST) return this.clear();
			if (words === this.asked) return;
			this.waiting = setTimeout(() => this.look_up(words, form.community), WAIT);
		}

		clear() {
			this.turn = (this.turn || 0) + 1;
			this.found = [];
			this.asked = "";
			this.$box.addClass("hidden").empty();
		}

		async look_up(words, community) {
			const turn = (this.turn = (this.turn || 0) + 1);
			this.community = community;
			const answer = await counter.read("answers", { text: words, community });
			if (turn !== this.turn || !answer) return;
			this.asked = words;
			this.at = 0;
			this.found = answer.map((one) => ({
				name: one.name,
				title: one.title || "",
				words: one.script || one.answer || "",
				party: one.responsible_party || "",
				whom: one.call ? [one.call.name, one.call.phone, one.call.hours].filter(Boolean).join(" ") : "",
			}));
			this.draw();
		}

		draw() {
			this.$box.html(counter.html.answers(this.found, this.at, this.asked)).removeClass("hidden");
		}

		take_at(at) {
			if (this.found[at]) this.take(this.found[at]);
		}

		next() {
			if (!this.found.length) return;
			this.at = (this.at + 1) % this.found.length;
			this.draw();
			this.$box.find(".active")[0].scrollIntoView({ block: "nearest" });
		}

		report_gap() {
			const words = this.asked;
			if (!words) return;
			frappe.call({
				method: "property_service.front_desk.knowledge_api.note_gap",
				args: { words, community: this.community || "" },
				type: "POST",
				callback: () => frappe.show_alert({ message: __("Noted. Whoever keeps the answers sees it in the gap list."), indicator: "green" }),
				// A refusal is shown by the platform; the form is not touched.
				error: () => {},
			});
		}
	};
})();
