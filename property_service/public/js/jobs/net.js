// Talking to the server from places with bad reception: sentences instead of codes, nothing sent twice.
(function () {
	"use strict";
	const jobs = (window.jobs = { boot: JSON.parse(document.getElementById("jobs-boot").textContent) });
	const boot = jobs.boot;
	const REPAIRS = "property_service.repairs.api.";
	const READ_SECONDS = 20;
	const SEND_SECONDS = 45;

	phone.speak(boot.texts);
	// Words that come with the data: states, reasons, priorities.
	jobs.word = (text) => (text && boot.words[text]) || text || "";

	jobs.Failure = phone.Failure;
	jobs.shrink = phone.shrink;

	let skew = Date.parse(boot.now) - Date.now();
	const zone_shift = boot.zone_minutes * 60000;

	// This moment on the site's clock, as a Date whose UTC fields read like the stored times.
	jobs.now = () => new Date(Date.now() + skew + zone_shift);
	jobs.moment = (text) => (text ? new Date(String(text).slice(0, 19).replace(" ", "T") + "Z") : null);

	function learn_time(response) {
		const sent = Date.parse(response.headers.get("Date") || "");
		if (sent && Math.abs(sent - Date.now() - skew) > 5000) skew = sent - Date.now();
	}

	const SAY = {
		network: () => __("No connection. Nothing you entered is lost. Please try again."),
		server: () => __("The server is not responding. Nothing you entered is lost. Please try again."),
		signed_out: () => __("You are signed out. Please sign in again; what you entered is kept."),
		forbidden: () => __("You may not do this. Please ask your team leader."),
		heard: learn_time,
	};
	const call = (path, options, seconds) => phone.call(path, options, seconds, SAY);

	const full = (method) => (method.includes(".") ? `property_service.${method}` : REPAIRS + method);

	jobs.get = (method, values) => {
		const query = new URLSearchParams(values || {}).toString();
		return call(full(method) + (query ? `?${query}` : ""), { method: "GET" }, READ_SECONDS);
	};

	// The same act on the same job is on its way once, however often the button is tapped.
	const on_the_way = new Map();
	jobs.post = (method, values) => {
		const key = method + JSON.stringify(values);
		if (on_the_way.has(key)) return on_the_way.get(key);
		const sent = call(
			full(method),
			{
				method: "POST",
				body: JSON.stringify(values),
				headers: { "Content-Type": "application/json", "X-Frappe-CSRF-Token": boot.csrf_token },
			},
			SEND_SECONDS
		).finally(() => on_the_way.delete(key));
		on_the_way.set(key, sent);
		return sent;
	};

	jobs.send_photo = (name, blob, kind) => {
		const form = new FormData();
		form.append("name", name);
		form.append("kind", kind);
		form.append("file", blob, `${kind}.jpg`);
		const headers = { "X-Frappe-CSRF-Token": boot.csrf_token };
		return call(`${REPAIRS}attach_photo`, { method: "POST", body: form, headers }, SEND_SECONDS * 2);
	};

	// Half-filled forms survive a reload; they leave with the tab.
	jobs.draft = {
		key: (name, act) => `jobs:${boot.user}:${name}:${act}`,
		read(name, act) {
			try {
				return JSON.parse(sessionStorage.getItem(this.key(name, act)) || "null") || {};
			} catch (error) {
				return {};
			}
		},
		keep(name, act, values) {
			try {
				sessionStorage.setItem(this.key(name, act), JSON.stringify(values));
			} catch (error) {
				// private mode without storage: the form itself still holds everything
			}
		},
		drop(name, act) {
			try {
				sessionStorage.removeItem(this.key(name, act));
			} catch (error) {
				// nothing was kept
			}
		},
	};
})();
