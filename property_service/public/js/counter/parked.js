// Forms set aside when the next call comes: kept in this browser, for this user only.
// The form being written is kept for the tab, so that a reload loses nothing either.

(() => {
	const counter = property_service.counter;
	const name_of = (what) => `service_counter_${what}:${frappe.session.user}`;
	// Where the browser keeps nothing, they live as long as the page.
	const here = {};

	function read(store, what) {
		try {
			return JSON.parse(store().getItem(name_of(what)) || "null") ?? here[name_of(what)] ?? null;
		} catch (error) {
			return here[name_of(what)] ?? null;
		}
	}

	function write(store, what, value) {
		try {
			if (value === null) store().removeItem(name_of(what));
			else store().setItem(name_of(what), JSON.stringify(value));
			delete here[name_of(what)];
			return true;
		} catch (error) {
			here[name_of(what)] = value;
			return false;
		}
	}

	const disk = () => window.localStorage;
	const tab = () => window.sessionStorage;

	counter.parked = {
		// The latest first
		all: () => (read(disk, "parked") || []).filter((form) => form && form.key).sort((a, b) => b.parked_at - a.parked_at),

		add(form) {
			const others = this.all().filter((one) => one.key !== form.key);
			if (!write(disk, "parked", [{ ...form, parked_at: Date.now() }, ...others])) {
				frappe.show_alert({
					message: __("This browser stores nothing. The form is kept until this page is closed."),
					indicator: "orange",
				});
			}
		},

		take(key) {
			const found = this.all().find((one) => one.key === key) || null;
			if (found) this.drop(key);
			return found;
		},

		drop(key) {
			const left = this.all().filter((one) => one.key !== key);
			write(disk, "parked", left.length ? left : null);
		},

		is_ours: (event) => event.key === name_of("parked"),
	};

	counter.draft = {
		read: () => read(tab, "draft"),
		write: (form) => write(tab, "draft", form),
		clear: () => write(tab, "draft", null),
	};

	counter.parked_html = (forms) => {
		if (!forms.length) return "";
		const chips = forms.map((form) => {
			const key = counter.text(form.key);
			const who = form.who || form.caller_name || form.caller_phone || __("Unknown caller");
			const at = moment(form.parked_at).format("HH:mm");
			const title = [counter.kind_label(form.kind), who, form.subject].filter(Boolean).join(" · ");
			return `<span class="sc-chip">
				<button type="button" class="btn btn-default btn-xs" data-act="take_back" data-key="${key}" title="${counter.text(title)}">
					${counter.text(at)} <b>${counter.text(who)}</b> ${counter.text(form.subject || counter.kind_label(form.kind))}</button>
				<button type="button" class="btn btn-default btn-xs" data-act="drop_parked" data-key="${key}"
					aria-label="${counter.text(__("Throw away: {0}", [title]))}">×</button></span>`;
		});
		return `<span class="sc-parked-label">${__("Parked")} <kbd>F9</kbd></span>${chips.join("")}`;
	};
})();
