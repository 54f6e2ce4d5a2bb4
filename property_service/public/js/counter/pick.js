// A field with a list under it: what is typed narrows the list, arrows move in it, Enter takes from it.

(() => {
	const counter = property_service.counter;
	const WAIT = 180;
	let count = 0;

	// find(text) → rows, or a promise of them, or null where nothing came; draw(row) → HTML of a row, already escaped;
	// choose(row); none(text) → HTML where nothing was found.
	counter.Pick = class {
		constructor($input, $list, { find, draw, choose, none, shortest = 0, opens_empty = true }) {
			Object.assign(this, { $input, $list, find, draw, choose, none, shortest, opens_empty });
			this.rows = [];
			this.at = 0;
			this.turn = 0;
			this.id = `sc-pick-${++count}`;
			$list.attr({ role: "listbox", id: this.id }).addClass("sc-matches hidden");
			$input.attr({
				role: "combobox",
				autocomplete: "off",
				"aria-autocomplete": "list",
				"aria-expanded": "false",
				"aria-controls": this.id,
			});
			$input.on("input", () => {
				clearTimeout(this.waiting);
				this.waiting = setTimeout(() => this.search(), WAIT);
			});
			$input.on("keydown", (event) => this.on_key(event));
			$input.on("focus", () => this.opens_empty && !this.$input.val().trim() && this.search());
			$input.on("blur", () => setTimeout(() => this.close(), 150));
			// A press on the list must not take the focus from the field, which would close the list.
			$list.on("mousedown", (event) => event.preventDefault());
			$list.on("click", "[data-at]", (event) => this.take(this.rows[cint(event.currentTarget.dataset.at)]));
		}

		async search() {
			clearTimeout(this.waiting);
			const text = this.$input.val().trim();
			const turn = ++this.turn;
			if (text.length < this.shortest || (!text && !this.opens_empty)) return this.close();
			const rows = await this.find(text);
			// An answer to what was typed before is thrown away.
			if (turn !== this.turn) return;
			if (text !== this.found) this.at = 0;
			this.found = text;
			this.failed = !rows;
			this.rows = rows || [];
			this.show();
		}

		show() {
			const options = this.rows.map((row, i) => {
				const here = i === this.at;
				return `<div role="option" id="${this.id}-${i}" class="sc-match ${here ? "active" : ""}" aria-selected="${here}" data-at="${i}">${this.draw(row)}</div>`;
			});
			const failed = `<div class="sc-none" role="status">${__("The server did not answer. What you typed stays: press Enter to try again.")}</div>`;
			const nothing = this.failed ? failed : this.none ? this.none(this.found) : "";
			this.$list.html(options.join("") || nothing).toggleClass("hidden", !(options.length || nothing));
			this.open = !this.$list.hasClass("hidden");
			this.$input.attr("aria-expanded", String(Boolean(this.open)));
			if (options.length) this.$input.attr("aria-activedescendant", `${this.id}-${this.at}`);
			else this.$input.removeAttr("aria-activedescendant");
			const active = this.$list.find(".active")[0];
			if (active) active.scrollIntoView({ block: "nearest" });
		}

		close() {
			clearTimeout(this.waiting);
			this.turn++;
			this.open = false;
			this.$list.addClass("hidden");
			this.$input.attr("aria-expanded", "false").removeAttr("aria-activedescendant");
		}

		take(row) {
			if (!row) return;
			this.close();
			this.choose(row);
		}

		async on_key(event) {
			// Enter that ends a word of a Chinese input method is no choice.
			if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
			const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
			if (step) {
				event.preventDefault();
				if (!this.open) return this.search();
				if (!this.rows.length) return;
				this.at = (this.at + step + this.rows.length) % this.rows.length;
				this.show();
			} else if (event.key === "Enter") {
				event.preventDefault();
				// What is shown may be of what was typed before.
				if (this.found !== this.$input.val().trim() || !this.open) await this.search();
				if (this.open) this.take(this.rows[this.at]);
			} else if (event.key === "Tab" && this.open && this.rows.length && this.$input.val().trim()) {
				this.take(this.rows[this.at]);
			} else if (event.key === "Escape" && this.open) {
				event.stopPropagation();
				this.close();
			}
		}
	};
})();
