// Talking to the server from cellars and car parks: sentences instead of codes, and a clear answer to "was it taken?".
(function () {
	"use strict";
	const shell = JSON.parse(document.getElementById("patrol-shell").textContent);
	// The blocks of js/jobs/ui.js build this page too.
	const patrol = (window.patrol = window.jobs = { shell });
	const API = "property_service.patrol.patrol_api.";
	const READ_SECONDS = 15;
	const SEND_SECONDS = 60;

	phone.speak(shell.texts);
	// Words that come with the data: states, results, severities.
	patrol.word = (text, context) => shell.words[`${context}:${text}`] || text || "";

	patrol.Failure = phone.Failure;
	patrol.shrink = phone.shrink;

	const signed_out = () => __("You are signed out. What you recorded is kept on this phone.");
	const SAY = {
		network: () => __("No connection. What you record is kept on this phone and sent later."),
		server: () => __("The server is not responding. What you record is kept on this phone and sent later."),
		signed_out,
		forbidden: signed_out,
	};
	const call = (method, options, seconds) => phone.call(API + method, options, seconds, SAY);

	// → {user, full_name, csrf_token, now, rounds}; a guest is signed out, whatever sentence comes with it.
	patrol.begin = async function () {
		try {
			return await call("begin", { method: "GET" }, READ_SECONDS);
		} catch (failure) {
			if (failure.kind !== "forbidden") throw failure;
			throw new phone.Failure("signed_out", signed_out(), 403);
		}
	};

	// entry: a row of the queue (store.js) → the answer of the endpoint `record`
	patrol.send = function (entry, csrf_token) {
		const form = new FormData();
		const values = { ...entry.values, user: entry.user, client_key: entry.client_key, device_now: patrol.iso(Date.now()) };
		for (const [key, value] of Object.entries(values)) {
			if (value === null || value === undefined || value === "") continue;
			form.append(key, typeof value === "object" ? JSON.stringify(value) : String(value));
		}
		if (entry.photo) form.append("photo", entry.photo, "photo.jpg");
		if (entry.fixed_photo) form.append("fixed_photo", entry.fixed_photo, "fixed.jpg");
		return call("record", { method: "POST", body: form, headers: { "X-Frappe-CSRF-Token": csrf_token } }, SEND_SECONDS);
	};

	patrol.iso = (moment) => new Date(moment).toISOString().replace("Z", "+00:00");

	patrol.uuid = function () {
		if (crypto.randomUUID) return crypto.randomUUID();
		const bytes = crypto.getRandomValues(new Uint8Array(16));
		const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
		return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
	};

	// Hexadecimal SHA-256; null where the browser offers none (a page without https).
	patrol.sha256 = async function (text) {
		if (!crypto.subtle) return null;
		const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
		return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	};
})();
