// Talking to the server from places with bad reception: sentences instead of codes, nothing sent twice.
(function () {
	"use strict";
	const jobs = (window.jobs = { boot: JSON.parse(document.getElementById("jobs-boot").textContent) });
	const boot = jobs.boot;
	const REPAIRS = "property_service.repairs.api.";
	const READ_SECONDS = 20;
	const SEND_SECONDS = 45;
	const LONGEST_SIDE = 1600;
	// A photo that a browser cannot shrink is sent as it is, up to the server's limit.
	const MOST_BYTES = 10 * 1024 * 1024;

	window.__ = function (text, values, context) {
		const known = boot.texts[context ? `${text}:${context}` : text] || boot.texts[text] || text;
		return (values || []).reduce((done, value, at) => done.split(`{${at}}`).join(String(value)), known);
	};
	// Words that come with the data: states, reasons, priorities.
	jobs.word = (text) => (text && boot.words[text]) || text || "";

	class Failure extends Error {
		// kind: "network" (nothing is known about what arrived), "signed_out", "refused"
		constructor(kind, sentence, status) {
			super(sentence);
			this.kind = kind;
			this.status = status || 0;
		}
	}
	jobs.Failure = Failure;

	let skew = Date.parse(boot.now) - Date.now();
	const zone_shift = boot.zone_minutes * 60000;

	// This moment on the site's clock, as a Date whose UTC fields read like the stored times.
	jobs.now = () => new Date(Date.now() + skew + zone_shift);
	jobs.moment = (text) => (text ? new Date(String(text).slice(0, 19).replace(" ", "T") + "Z") : null);

	function learn_time(response) {
		const sent = Date.parse(response.headers.get("Date") || "");
		if (sent && Math.abs(sent - Date.now() - skew) > 5000) skew = sent - Date.now();
	}

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

	async function call(path, options, seconds) {
		const abort = new AbortController();
		const timer = setTimeout(() => abort.abort(), seconds * 1000);
		let response;
		let answer = {};
		try {
			response = await fetch(`/api/method/${path}`, {
				credentials: "same-origin",
				cache: "no-store",
				...options,
				signal: abort.signal,
				headers: { Accept: "application/json", ...options.headers },
			});
			answer = await response.json().catch(() => ({}));
		} catch (error) {
			throw new Failure("network", __("No connection. Nothing you entered is lost. Please try again."));
		} finally {
			clearTimeout(timer);
		}
		learn_time(response);
		if (response.ok) return answer.message;
		const gone = ["CSRFTokenError", "SessionExpired", "AuthenticationError"].includes(answer.exc_type);
		if (response.status === 401 || gone || answer.session_expired) {
			throw new Failure("signed_out", __("You are signed out. Please sign in again; what you entered is kept."));
		}
		const said = sentence_of(answer);
		if (response.status >= 500) {
			throw new Failure("network", __("The server is not responding. Nothing you entered is lost. Please try again."));
		}
		if (response.status === 403 && !said) {
			throw new Failure("refused", __("You may not do this. Please ask your team leader."), 403);
		}
		throw new Failure("refused", said || __("This did not work. Please try again."), response.status);
	}

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

	function shrunk_size(width, height) {
		const factor = Math.min(1, LONGEST_SIDE / Math.max(width, height));
		return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
	}

	// → a JPEG of at most 1600 pixels a side; what the browser cannot read goes as it is.
	jobs.shrink = async (file) => {
		let picture;
		try {
			picture = await createImageBitmap(file, { imageOrientation: "from-image" });
		} catch (error) {
			if (file.size > MOST_BYTES) {
				throw new Failure("refused", __("This photo is too large. Please send a smaller one."));
			}
			return file;
		}
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = shrunk_size(picture.width, picture.height);
		const pen = canvas.getContext("2d");
		pen.fillStyle = "#fff";
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
		picture.close();
		return new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
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
