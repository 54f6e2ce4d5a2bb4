// Talking to the server from cellars and car parks: sentences instead of codes, and a clear answer to "was it taken?".
(function () {
	"use strict";
	const shell = JSON.parse(document.getElementById("patrol-shell").textContent);
	// The blocks of js/jobs/ui.js build this page too.
	const patrol = (window.patrol = window.jobs = { shell });
	const API = "property_service.patrol.patrol_api.";
	const READ_SECONDS = 15;
	const SEND_SECONDS = 60;
	const LONGEST_SIDE = 1600;
	const MOST_BYTES = 10 * 1024 * 1024;

	window.__ = function (text, values, context) {
		const known = shell.texts[context ? `${text}:${context}` : text] || shell.texts[text] || text;
		return (values || []).reduce((done, value, at) => done.split(`{${at}}`).join(String(value)), known);
	};
	// Words that come with the data: states, results, severities.
	patrol.word = (text, context) => shell.words[`${context}:${text}`] || text || "";

	class Failure extends Error {
		// kind: "network" (nothing is known about what arrived), "signed_out", "forbidden", "refused"
		constructor(kind, sentence, status) {
			super(sentence);
			this.kind = kind;
			this.status = status || 0;
		}
	}
	patrol.Failure = Failure;

	function sentence_of(answer) {
		try {
			const messages = JSON.parse(answer._server_messages || "[]").map((row) => JSON.parse(row).message);
			const text = messages.filter(Boolean).join(" ");
			if (text) return new DOMParser().parseFromString(text, "text/html").body.textContent;
		} catch (error) {
			// not the framework's form: the general sentence below does
		}
		return "";
	}

	async function call(method, options, seconds) {
		const abort = new AbortController();
		const timer = setTimeout(() => abort.abort(), seconds * 1000);
		let response;
		let answer = {};
		try {
			response = await fetch(`/api/method/${API}${method}`, {
				credentials: "same-origin",
				cache: "no-store",
				...options,
				signal: abort.signal,
				headers: { Accept: "application/json", ...options.headers },
			});
			answer = await response.json().catch(() => ({}));
		} catch (error) {
			throw new Failure("network", __("No connection. What you record is kept on this phone and sent later."));
		} finally {
			clearTimeout(timer);
		}
		if (response.ok) return answer.message;
		const gone = ["CSRFTokenError", "SessionExpired", "AuthenticationError"].includes(answer.exc_type);
		const said = sentence_of(answer);
		if (response.status === 401 || gone || answer.session_expired || (response.status === 403 && !said)) {
			throw new Failure("signed_out", __("You are signed out. What you recorded is kept on this phone."), response.status);
		}
		if (response.status >= 500 || response.status === 429) {
			throw new Failure("network", __("The server is not responding. What you record is kept on this phone and sent later."));
		}
		if (response.status === 413) throw new Failure("refused", __("This photo is too large. Please send a smaller one."), 413);
		const kind = response.status === 403 ? "forbidden" : "refused";
		throw new Failure(kind, said || __("This did not work. Please try again."), response.status);
	}

	// → {user, full_name, csrf_token, now, rounds}; a guest is signed out, whatever sentence comes with it.
	patrol.begin = async function () {
		try {
			return await call("begin", { method: "GET" }, READ_SECONDS);
		} catch (failure) {
			if (failure.kind !== "forbidden") throw failure;
			throw new Failure("signed_out", __("You are signed out. What you recorded is kept on this phone."), 403);
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

	// → a JPEG of at most 1600 pixels a side; what the browser cannot read goes as it is.
	patrol.shrink = async function (file) {
		let picture;
		try {
			picture = await createImageBitmap(file, { imageOrientation: "from-image" });
		} catch (error) {
			if (file.size <= MOST_BYTES) return file;
			throw new Failure("refused", __("This photo is too large. Please send a smaller one."));
		}
		const factor = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.max(1, Math.round(picture.width * factor));
		canvas.height = Math.max(1, Math.round(picture.height * factor));
		const pen = canvas.getContext("2d");
		pen.fillStyle = "#fff";
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
		picture.close();
		return new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
	};
})();
