// Small building blocks of the page: elements, sheets, fields, times in words.
(function () {
	"use strict";
	const jobs = window.jobs;
	const ICONS = {
		phone: "M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1 11.4 11.4 0 0 0 .57 3.6 1 1 0 0 1-.25 1z",
		back: "M15.4 7.4 14 6l-6 6 6 6 1.4-1.4L10.8 12z",
		close: "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4l5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6z",
		more: "M6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
		refresh: "M17.65 6.35A8 8 0 1 0 19.73 14h-2.08A6 6 0 1 1 12 6c1.66 0 3.14.69 4.22 1.78L13 11h7V4z",
		camera: "M12 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM9 3 7.2 5H4a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2h-3.2L15 3zm3 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12z",
		plus: "M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6z",
		minus: "M19 13H5v-2h14z",
		tool: "M22.6 19 13.5 9.9A6.5 6.5 0 0 0 5 1.9l3.9 3.9-2.9 3L2 4.9a6.5 6.5 0 0 0 8 8.6l9.1 9.1a1 1 0 0 0 1.4 0l2.1-2.2a1 1 0 0 0 0-1.4z",
		pool: "M4 6h16v2H4zm0 5h16v2H4zm0 5h10v2H4z",
		team: "M16 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-8 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm0 2c-2.3 0-7 1.2-7 3.5V19h14v-2.5C15 14.2 10.3 13 8 13zm8 0-1 .05c1.2.84 2 2 2 3.45V19h6v-2.5c0-2.3-4.7-3.5-7-3.5z",
	};

	// h("button.big", {onclick}, "text", element …): text is always text, never markup.
	jobs.h = function (what, attributes, ...children) {
		const [tag, ...classes] = what.split(".");
		const element = document.createElement(tag || "div");
		if (classes.length) element.className = classes.join(" ");
		for (const [key, value] of Object.entries(attributes || {})) {
			if (value === null || value === undefined || value === false) continue;
			if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
			else if (key === "value") element.value = value;
			else element.setAttribute(key, value === true ? "" : value);
		}
		for (const child of children.flat(3)) {
			if (child === null || child === undefined || child === false || child === "") continue;
			element.append(child.nodeType ? child : document.createTextNode(String(child)));
		}
		return element;
	};
	const h = jobs.h;

	jobs.icon = function (name) {
		const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
		svg.setAttribute("viewBox", "0 0 24 24");
		svg.setAttribute("aria-hidden", "true");
		svg.classList.add("icon");
		const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
		path.setAttribute("d", ICONS[name]);
		svg.append(path);
		return svg;
	};

	jobs.toast = function (text, kind) {
		const box = document.getElementById("toast");
		box.textContent = text;
		box.className = `shown ${kind || ""}`;
		clearTimeout(jobs.toast.timer);
		jobs.toast.timer = setTimeout(() => (box.className = ""), 5000);
	};

	// A sheet from below; the browser's back button closes it (its address is the hash it was opened with).
	jobs.sheet = function (title, body, foot) {
		const dialog = document.getElementById("sheet");
		const close = h("button.round", { type: "button", "aria-label": __("Close"), onclick: jobs.close_sheet });
		close.append(jobs.icon("close"));
		dialog.replaceChildren(
			h("div.sheet-head", null, h("h2", { id: "sheet-title" }, title), close),
			h("div.sheet-body", null, body),
			foot ? h("div.sheet-foot", null, foot) : null || ""
		);
		if (!dialog.open) dialog.showModal();
		dialog.scrollTop = 0;
		return dialog;
	};
	jobs.close_sheet = () => {
		if (/^#job\/[^/]+\/./.test(location.hash)) history.back();
		else jobs.hide_sheet();
	};
	jobs.hide_sheet = () => {
		const dialog = document.getElementById("sheet");
		if (dialog.open) dialog.close();
	};

	// A button that shows it is working and cannot be tapped twice meanwhile. `run` may throw a Failure.
	jobs.busy_button = function (what, label, run, show_failure) {
		const button = h(what, { type: "button" }, label);
		button.addEventListener("click", async () => {
			if (button.disabled) return;
			button.disabled = true;
			button.classList.add("busy");
			try {
				await run();
			} catch (failure) {
				if (!(failure instanceof jobs.Failure)) throw failure;
				(show_failure || ((text) => jobs.toast(text, "bad")))(failure.message, failure);
			} finally {
				button.disabled = false;
				button.classList.remove("busy");
			}
		});
		return button;
	};

	// Where a sheet says what went wrong, read out to those who do not see it.
	jobs.failure_box = function () {
		const box = h("div.failure", { role: "alert", hidden: true });
		box.show = (text, failure) => {
			box.hidden = false;
			box.replaceChildren(text);
			if (failure && failure.kind === "signed_out") {
				const here = encodeURIComponent("/jobs");
				box.append(" ", h("a", { href: `/login?redirect-to=${here}` }, __("Sign In")));
			}
			box.scrollIntoView({ block: "nearest" });
		};
		box.clear = () => (box.hidden = true);
		return box;
	};

	let fields = 0;
	// label + input; `options` are the attributes of the input.
	jobs.field = function (label, input, hint) {
		const id = `field-${++fields}`;
		input.id = id;
		const told = hint ? h("div.hint", { id: `${id}-hint` }, hint) : null;
		if (told) input.setAttribute("aria-describedby", told.id);
		return h("div.field", null, h("label", { for: id }, label), input, told);
	};

	// One of several, as big targets. → element with `.value` and `.onpick`
	jobs.choice = function (label, options, value) {
		const group = h("div.choices", { role: "radiogroup", "aria-label": label });
		group.value = value || "";
		const paint = () => {
			for (const button of group.children) {
				button.setAttribute("aria-checked", String(button.dataset.value === group.value));
			}
		};
		for (const [key, text] of options) {
			const button = h("button.choice", { type: "button", role: "radio", "data-value": key }, text);
			button.addEventListener("click", () => {
				group.value = key;
				paint();
				if (group.onpick) group.onpick(key);
				group.dispatchEvent(new Event("input", { bubbles: true })); // as typing does: forms keep what is chosen
			});
			group.append(button);
		}
		paint();
		return group;
	};

	const two = (number) => String(number).padStart(2, "0");
	const day_of = (moment) => Math.floor(moment.getTime() / 86400000);

	// today 14:30 · tomorrow 09:00 · 11-24 09:00
	jobs.clock = function (text) {
		const moment = jobs.moment(text);
		if (!moment) return "";
		const time = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
		const days = day_of(moment) - day_of(jobs.now());
		if (days === 0) return __("today {0}", [time]);
		if (days === 1) return __("tomorrow {0}", [time]);
		if (days === -1) return __("yesterday {0}", [time]);
		return `${two(moment.getUTCMonth() + 1)}-${two(moment.getUTCDate())} ${time}`;
	};

	jobs.window_text = function (job) {
		if (!job.wished_from) return "";
		const until = job.wished_to ? jobs.moment(job.wished_to) : null;
		const end = until ? `${two(until.getUTCHours())}:${two(until.getUTCMinutes())}` : "";
		return jobs.clock(job.wished_from) + (end ? ` - ${end}` : "");
	};

	jobs.duration = function (minutes) {
		const total = Math.max(Math.round(minutes), 0);
		if (total < 60) return __("{0} min", [total]);
		if (total < 1440) {
			const rest = total % 60;
			return rest ? __("{0} h {1} min", [Math.floor(total / 60), rest]) : __("{0} h", [total / 60]);
		}
		const hours = Math.floor((total % 1440) / 60);
		const days = Math.floor(total / 1440);
		return hours ? __("{0} d {1} h", [days, hours]) : __("{0} d", [days]);
	};

	// → {level: late | soon | ok | standing | none, text, due}: the promise in words.
	jobs.promise = function (job) {
		if (["Done", "Void"].includes(job.stage)) return { level: "none", text: jobs.word(job.status), due: "" };
		const to_arrive = !job.arrived_at && job.respond_by;
		const due = to_arrive ? job.respond_by : job.finish_by;
		if (!due) {
			const text = job.stage === "Waiting" ? __("Clock Stopped") : __("No Time Promised");
			return { level: "standing", text, due: "" };
		}
		const minutes = (jobs.moment(due) - jobs.now()) / 60000;
		const span = jobs.duration(Math.abs(minutes));
		const until = to_arrive ? __("Arrive by {0}", [jobs.clock(due)]) : __("Finish by {0}", [jobs.clock(due)]);
		if (minutes < 0) return { level: "late", text: __("Late by {0}", [span]), due: until };
		const given = (jobs.moment(due) - jobs.moment(job.dispatched_at || job.reported_at)) / 60000;
		const soon = given > 0 && minutes < given * 0.2;
		return { level: soon ? "soon" : "ok", text: __("{0} left", [span]), due: until };
	};

	jobs.money = (amount) => `¥${(Number(amount) || 0).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
})();
