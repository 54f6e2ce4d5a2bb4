// What the pages for phones share: asking the server where reception is bad, and photos small enough for it.
(function () {
	"use strict";
	const phone = (window.phone = {});
	const LONGEST_SIDE = 1600;
	// A photo that a browser cannot shrink is sent as it is, up to the server's limit.
	const MOST_BYTES = 10 * 1024 * 1024;

	// The words of a page, found by their English, with values and perhaps a context.
	phone.speak = function (texts) {
		window.__ = function (text, values, context) {
			const known = texts[context ? `${text}:${context}` : text] || texts[text] || text;
			return (values || []).reduce((done, value, at) => done.split(`{${at}}`).join(String(value)), known);
		};
	};

	class Failure extends Error {
		// kind: "network" (nothing is known about what arrived), "signed_out", "forbidden", "refused"
		constructor(kind, sentence, status) {
			super(sentence);
			this.kind = kind;
			this.status = status || 0;
		}
	}
	phone.Failure = Failure;

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

	// say: the page's own sentences {network, server, signed_out, forbidden}, and `heard`, told of every response.
	phone.call = async function (path, options, seconds, say) {
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
			throw new Failure("network", say.network());
		} finally {
			clearTimeout(timer);
		}
		if (say.heard) say.heard(response);
		const { ok, status } = response;
		if (ok) return answer.message;
		const gone = ["CSRFTokenError", "SessionExpired", "AuthenticationError"].includes(answer.exc_type);
		if (status === 401 || gone || answer.session_expired) throw new Failure("signed_out", say.signed_out(), status);
		if (status >= 500 || status === 429) throw new Failure("network", say.server(), status);
		if (status === 413) throw new Failure("refused", __("This photo is too large. Please send a smaller one."), status);
		const said = sentence_of(answer);
		if (status === 403) throw new Failure("forbidden", said || say.forbidden(), status);
		throw new Failure("refused", said || __("This did not work. Please try again."), status);
	};

	// A number as people type it: 1,200.50 has thousands, 0,35 a decimal comma, digits may be full-width. → NaN for all else
	phone.number = function (text) {
		let plain = String(text).normalize("NFKC").trim();
		if (/^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.split(",").join("");
		else if (/^-?\d+,\d{1,2}$/.test(plain)) plain = plain.replace(",", ".");
		return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
	};
	phone.no_number = (what) => __("{0}: please enter a number, for example 1200.50.", [what]);

	// → a JPEG of at most 1600 pixels a side; what the browser cannot read goes as it is.
	phone.shrink = async function (file) {
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
