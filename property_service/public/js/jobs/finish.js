// The report of the work: what was done, materials by the price list with their total, labour, photos.
(function () {
	"use strict";
	const jobs = window.jobs;
	const h = jobs.h;
	const prices = new Map();
	// Photos cannot be kept in a draft; they wait here as long as the page is open.
	const waiting = new Map();

	async function price_items(community) {
		if (!prices.has(community)) prices.set(community, await jobs.get("price_items", { text: "", community }));
		return prices.get(community);
	}

	const cents = (amount) => Math.round((Number(amount) || 0) * 100);
	// An empty field is 0. What is no number stays as it was typed, counts 0 and is named when the report is sent.
	const number = (text) => (String(text).trim() ? phone.number(text) : 0);
	const counted = (text) => number(text) || 0;

	jobs.sheets.finish = function (job) {
		jobs.act_form(job, "finish", __("Finish"), __("Finish the Job"), (draft, keep) => {
			const lines = (draft.lines || job.materials.map((row) => ({ ...row }))).slice();
			let labour_hours = draft.labour_hours ?? (job.labour_hours || 0);
			const work = h("textarea", { rows: 3, maxlength: 2000, value: draft.work_done ?? (job.work_done || "") });
			const grade = h("select", null, h("option", { value: "" }, __("Grade")));
			const rates = {};
			const rows = h("div.lines-edit");
			const total = h("div.total", { role: "status" });
			const hours = stepper(0.5, () => labour_hours, (value) => {
				labour_hours = value;
				changed();
			}, __("Labour (Hours)"));

			function changed() {
				paint_rows();
				paint_total();
				keep();
			}
			function sum() {
				const parts = lines.reduce((all, line) => all + Math.round(cents(line.rate) * counted(line.qty)), 0);
				return parts + Math.round(cents(rates[grade.value]) * counted(labour_hours));
			}
			function paint_total() {
				const amount = sum() / 100;
				const agreed = job.needs_quote && job.quote_status === "Agreed" ? job.quote_amount : null;
				const over = agreed !== null && cents(amount) > cents(agreed);
				const told =
					(over && __("More than the {0} the resident agreed to. Quote again before you finish.", [jobs.money(agreed)])) ||
					(agreed !== null && __("The resident agreed to {0}.", [jobs.money(agreed)])) ||
					(!job.needs_quote && amount > 0 && __("Free for the resident.")) ||
					"";
				total.className = `total${over ? " over" : ""}`;
				total.replaceChildren(h("span", null, __("Total")), h("strong", null, jobs.money(amount)), told ? h("p", null, told) : "");
			}
			function paint_rows() {
				rows.replaceChildren(
					...lines.map((line, at) => {
						const amount = Math.round(cents(line.rate) * counted(line.qty)) / 100;
						const remove = h("button.round", { type: "button", "aria-label": __("Remove {0}", [line.item_name]) }, jobs.icon("close"));
						remove.addEventListener("click", () => {
							lines.splice(at, 1);
							changed();
						});
						const set = (value) => {
							line.qty = value;
							changed();
						};
						const stock = h("input", { type: "checkbox", checked: Boolean(line.from_stock ?? 1) });
						stock.addEventListener("change", () => {
							line.from_stock = stock.checked ? 1 : 0;
							keep();
						});
						return h(
							"div.line",
							{ "data-item": line.item_name },
							h("div.line-name", null, h("strong", null, line.item_name), h("span", null, `${jobs.money(line.rate)} / ${line.uom || __("piece")}`)),
							stepper(1, () => line.qty, set, __("Quantity of {0}", [line.item_name])),
							h("span.line-amount", null, jobs.money(amount)),
							h("label.line-stock", null, stock, __("From Stock")),
							remove
						);
					})
				);
			}
			grade.addEventListener("change", changed);
			jobs.boot.grades.forEach((name) => grade.append(h("option", { value: name }, jobs.word(name))));
			grade.value = draft.labour_grade ?? (job.labour_grade || "");
			const picker = item_picker(job, (item) => {
				const same = lines.find((line) => line.item_name === item.item_name);
				if (same) same.qty = counted(same.qty) + 1;
				else lines.push({ item_name: item.item_name, qty: 1, uom: item.uom || "", rate: item.rate, from_stock: 1 });
				changed();
			});
			load_rates(job, grade, rates, paint_total);
			paint_rows();
			paint_total();
			const photos = photo_field(job);
			return {
				foot: total,
				fields: [
					jobs.field(__("What was done?"), work, __("One sentence; the resident will see it.")),
					photos,
					h("div.label", null, __("Materials")),
					rows,
					picker,
					h("div.pair", null, h("div.field", null, h("div.label", null, __("Labour (Hours)")), hours), jobs.field(__("Grade"), grade)),
				],
				read: () => ({ work_done: work.value.trim(), lines, labour_hours, labour_grade: grade.value }),
				check: (got) =>
					(!got.work_done && __("Please say in one sentence what was done.")) ||
					unread(got) ||
					(got.labour_hours > 0 && !got.labour_grade && __("Please choose the grade of the labour.")) ||
					(lines.some((line) => !(line.qty > 0)) && __("A material has no quantity. Enter how much was used, or remove it.")),
				async send(got) {
					await photos.send();
					const materials = lines.map(({ item_name, qty, uom, rate, from_stock }) => ({ item_name, qty, uom, rate, from_stock: from_stock ?? 1 }));
					const values = { name: job.name, work_done: got.work_done, materials, labour_hours, labour_grade: got.labour_grade || null };
					await jobs.act(job, "finish", values, __("Finished. Thank you!"));
					waiting.delete(job.name);
				},
			};
		});
	};

	// → what is said of the first field that holds no number, "" where all do
	function unread(got) {
		const fields = [...got.lines.map((line) => [line.item_name, line.qty]), [__("Labour (Hours)"), got.labour_hours]];
		const wrong = fields.find(([_label, text]) => Number.isNaN(number(text)));
		return wrong ? phone.no_number(wrong[0]) : "";
	}

	async function load_rates(job, grade, rates, done) {
		try {
			for (const item of await price_items(job.community)) {
				if (item.kind !== "Labour" || !item.grade) continue;
				rates[item.grade] = item.rate;
				const option = [...grade.options].find((row) => row.value === item.grade);
				if (option) option.textContent = `${jobs.word(item.grade)} ${jobs.money(item.rate)}/h`;
			}
			done();
		} catch (failure) {
			if (!(failure instanceof jobs.Failure)) throw failure;
			// without prices the server works the labour out
		}
	}

	// − 1 + ; the number itself can be typed, too.
	function stepper(step, get, set, label) {
		const input = h("input.number", { type: "text", inputmode: "decimal", value: String(get()), "aria-label": label, autocomplete: "off" });
		const move = (by) => {
			const typed = number(input.value);
			const value = Number.isNaN(typed) ? input.value : Math.max(0, Math.round((typed + by) * 100) / 100);
			input.value = String(value);
			set(value);
		};
		input.addEventListener("change", () => move(0));
		const less = h("button.step-button", { type: "button", "aria-label": __("Less"), onclick: () => move(-step) }, jobs.icon("minus"));
		const more = h("button.step-button", { type: "button", "aria-label": __("More of it"), onclick: () => move(step) }, jobs.icon("plus"));
		return h("div.stepper", null, less, input, more);
	}

	function item_picker(job, add) {
		const search = h("input", { type: "search", placeholder: __("Find in the Price List"), autocomplete: "off", "aria-label": __("Find in the Price List") });
		const found = h("div.found");
		let items = null;

		function row(item, text) {
			const button = h("button.row.item", { type: "button" }, h("span", null, item.item_name), h("span", null, text));
			button.addEventListener("click", () => {
				add(item);
				search.value = "";
				paint();
			});
			return button;
		}
		function paint() {
			const wanted = search.value.trim().toLowerCase();
			if (!wanted && document.activeElement !== search) return found.replaceChildren();
			const matching = (items || []).filter((item) => item.kind !== "Labour" && item.item_name.toLowerCase().includes(wanted));
			const rows = matching.slice(0, 8).map((item) => row(item, `${jobs.money(item.rate)} / ${item.uom || __("piece")}`));
			if (wanted && !matching.some((item) => item.item_name.toLowerCase() === wanted)) rows.push(own_item());
			return found.replaceChildren(...rows);
		}
		function own_item() {
			const name = search.value.trim();
			const price = h("input.number", { type: "text", inputmode: "decimal", "aria-label": __("Price of {0}", [name]), placeholder: "¥" });
			const failure = jobs.failure_box();
			const button = h("button.button.small", { type: "button" }, __("Add"));
			button.addEventListener("click", () => {
				if (Number.isNaN(number(price.value))) return failure.show(phone.no_number(__("Price of {0}", [name])));
				add({ item_name: name, uom: "", rate: number(price.value) });
				search.value = "";
				return found.replaceChildren();
			});
			return h("div.own-item", null, h("span", null, __("Not in the list: {0}", [name])), price, button, failure);
		}
		async function begin() {
			if (!items) {
				try {
					items = await price_items(job.community);
				} catch (failure) {
					if (!(failure instanceof jobs.Failure)) throw failure;
					jobs.toast(failure.message, "bad");
				}
			}
			paint();
		}
		search.addEventListener("focus", begin);
		search.addEventListener("input", (event) => {
			event.stopPropagation();
			begin();
		});
		return h("div.picker", null, search, found);
	}

	function photo_field(job) {
		if (!waiting.has(job.name)) waiting.set(job.name, []);
		const photos = waiting.get(job.name);
		const grid = h("div.photos");
		const input = h("input.hidden-file", { type: "file", accept: "image/*", multiple: true, id: "finish-photos" });
		const add = h("label.photo.add", { for: "finish-photos" }, jobs.icon("camera"), h("span", null, __("Photo")));
		const box = h("div.field", null, h("div.label", null, __("Photos of the Work")), grid, input);

		function paint() {
			const tiles = photos.map((photo) => {
				const remove = h("button.round.small", { type: "button", "aria-label": __("Remove this photo") }, jobs.icon("close"));
				remove.addEventListener("click", () => {
					photos.splice(photos.indexOf(photo), 1);
					paint();
				});
				const tile = h("div.photo", { "data-state": photo.state }, h("img", { src: photo.url, alt: "" }), photo.state === "sent" ? null : remove);
				if (photo.state === "sending") tile.append(h("span.sending", null, __("Sending…")));
				if (photo.state === "failed") tile.append(h("span.sending.bad", null, __("Not sent")));
				if (photo.state === "sent") tile.append(h("span.sending.good", null, __("Sent")));
				return tile;
			});
			grid.replaceChildren(...tiles, add);
		}
		input.addEventListener("change", async () => {
			for (const file of input.files) {
				try {
					const blob = await jobs.shrink(file);
					photos.push({ blob, url: URL.createObjectURL(blob), state: "ready" });
				} catch (failure) {
					if (!(failure instanceof jobs.Failure)) throw failure;
					jobs.toast(failure.message, "bad");
				}
				paint();
			}
			input.value = "";
		});
		// One after the other; what has arrived is not sent again after a failure.
		box.send = async function () {
			for (const photo of photos) {
				if (photo.state === "sent") continue;
				photo.state = "sending";
				paint();
				try {
					await jobs.send_photo(job.name, photo.blob, "work");
					photo.state = "sent";
				} catch (failure) {
					photo.state = "failed";
					throw failure;
				} finally {
					paint();
				}
			}
		};
		paint();
		return box;
	}
})();
