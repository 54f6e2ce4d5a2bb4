// Keys of the counter. In a field of text only those with a function key, Ctrl or Alt mean anything; Esc leaves the field.

(() => {
	const counter = property_service.counter;
	const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

	counter.listen_to_keys = (page) => {
		$(document).on("keydown.service_counter", (event) => {
			// Nothing of a word that a Chinese input method is still composing is a key of ours.
			const composing = event.originalEvent && (event.originalEvent.isComposing || event.keyCode === 229);
			if (frappe.get_route()[0] !== "service-counter" || composing || $(".modal.show").length) return;
			if (!on_key(page, event)) return;
			event.preventDefault();
			// The platform has keys of its own on the same letters.
			event.stopPropagation();
		});
	};

	function on_key(page, event) {
		if (event.metaKey) return false;
		if (event.ctrlKey) return !event.altKey && event.key === "Enter" && always(page.form.form, () => page.save());
		if (event.altKey) return with_alt(page, event.code);
		return everywhere(page, event.key) || on_escape(page, event) || (!$(event.target).is(FIELDS) && outside(page, event));
	}

	const always = (condition, act) => {
		if (condition) act();
		return Boolean(condition);
	};

	function with_alt(page, code) {
		const { answers } = page;
		if (code === "KeyA") return always(answers.found.length, () => answers.take_at(answers.at));
		if (code === "KeyN") return always(answers.found.length, () => answers.next());
		if (code === "KeyG") return always(answers.asked, () => answers.report_gap());
		return false;
	}

	function everywhere(page, key) {
		if (key === "F2") return always(true, () => page.$text.trigger("focus").trigger("select"));
		if (key === "F4") return always(page.form.form, () => page.form.toggle_promise());
		if (key === "F8") return always(page.form.form, () => page.park());
		if (key === "F9") return always(true, () => page.take_latest());
		return false;
	}

	function on_escape(page, { key, target }) {
		if (key !== "Escape") return false;
		const $keep = $(target).closest(".sc-keep");
		if ($keep.length) {
			$keep.remove();
			page.$picture.trigger("focus");
		} else if (target === page.$text[0]) {
			page.clear_search();
			page.$picture.trigger("focus");
		} else if ($(target).is(FIELDS)) {
			page.$picture.trigger("focus");
		} else {
			page.$text.trigger("focus");
		}
		return true;
	}

	function outside(page, event) {
		const { key, target } = event;
		const step = { ArrowDown: 1, ArrowUp: -1 }[key];
		if (step) return move(page, target, step);
		if (/^[1-6]$/.test(key)) return always(page.may_record, () => page.set_kind(null, { kind: counter.KINDS[Number(key) - 1] }));
		const acts = {
			"/": () => page.$text.trigger("focus").trigger("select"),
			"?": () => counter.show_keys(),
			r: () => page.$picture.find(".sc-link").first().trigger("focus"),
			t: () => page.$today.find(".sc-link").first().trigger("focus"),
			k: () => keep(page, target),
			c: () => copy(page, target),
			p: () => page.pay(),
		};
		return always(Object.keys(acts).includes(key), acts[key] || (() => {}));
	}

	// Arrows go from row to row in the column where the focus is.
	function move(page, target, step) {
		const $column = $(target).closest(".sc-picture, .sc-today, .sc-done");
		const $links = $column.find(".sc-link:visible");
		if (!$links.length) return false;
		const $row = $(target).closest("[data-row], .sc-unit");
		const at = $links.index($row.length ? $row.find(".sc-link")[0] : target);
		const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), $links.length - 1);
		$links.eq(next).trigger("focus")[0].scrollIntoView({ block: "nearest" });
		return true;
	}

	function keep(page, target) {
		const $here = $(target).closest("[data-row]").find("[data-act=begin_keep]");
		const near = [".sc-done", ".sc-picture", ".sc-today"].map((part) => page.$body.find(`${part} [data-act=begin_keep]`));
		const $first = $here.length ? $here : near.find(($buttons) => $buttons.length);
		if ($first) page.begin_keep($first.first());
		else frappe.show_alert({ message: __("No promise is open here."), indicator: "orange" });
	}

	function copy(page, target) {
		const $here = $(target).closest("[data-row]").find("[data-act=copy_row]");
		const $first = $here.length ? $here : page.$body.find(".sc-incident, .sc-done .sc-row").find("[data-act=copy_row]");
		if ($first.length) page.copy_row($first.first());
		else frappe.show_alert({ message: __("Mark a row first: R or T, then the arrows."), indicator: "orange" });
	}
})();
