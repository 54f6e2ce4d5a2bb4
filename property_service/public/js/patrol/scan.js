// Proof of place: the label's QR code by the camera where the browser can read one, else the eight characters under it.
(function () {
	"use strict";
	const patrol = window.patrol;
	const h = patrol.h;
	const TOKEN = /^[A-Za-z0-9_-]{22}$/;
	const LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ";
	const EARLIEST = 2 * 3600 * 1000;
	const LOOK_EVERY = 250;

	// The token inside what a QR code says: https://…/q/TOKEN
	patrol.token_in = function (text) {
		const last = String(text || "").split(/[?#]/)[0].split("/").pop();
		return TOKEN.test(last) ? last : "";
	};

	// → the code as it is stored, "" where it cannot be one (as typed_codes.py)
	patrol.clean_code = function (text) {
		const clean = text.normalize("NFKC").replace(/[\s\-‐-―]/g, "").toUpperCase();
		if (clean.length !== 8 || [...clean].some((letter) => !LETTERS.includes(letter))) return "";
		const sum = [...clean.slice(0, 7)].reduce((all, letter, at) => all + (at + 2) * LETTERS.indexOf(letter), 0);
		return LETTERS[sum % LETTERS.length] === clean[7] ? clean : "";
	};

	patrol.is_open = function (round, now) {
		return Date.parse(round.starts_at) - EARLIEST <= now && now <= Date.parse(round.closes_at);
	};

	// → {round, point} of a scanned label among the rounds of now, the one that ends first; null where there is none
	patrol.find_label = async function (token, only_round) {
		const hash = await patrol.sha256(token);
		if (!hash || !patrol.state.session) return null;
		const now = Date.now();
		const found = [];
		for (const round of patrol.state.session.rounds) {
			if (only_round ? round.name !== only_round : !patrol.is_open(round, now)) continue;
			const point = round.points.find((row) => row.token_hash === hash);
			if (point) found.push({ round, point, done: patrol.is_done(round, point) });
		}
		found.sort((a, b) => a.done - b.done || Date.parse(a.round.closes_at) - Date.parse(b.round.closes_at));
		return found[0] || null;
	};

	patrol.is_done = (round, point) =>
		Boolean((point.result && point.result !== "Missed") || patrol.waiting_for(round.name, point.checkpoint));

	// The point that has to come before this one, where the order counts; null where there is none.
	patrol.before = function (round, point) {
		if (!round.order_counts) return null;
		return round.points.find((row) => row.no < point.no && !patrol.is_done(round, row)) || null;
	};

	patrol.can_scan = () => "BarcodeDetector" in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;

	// Shows the camera until a label is read or the sheet is closed; calls `found` with the token.
	patrol.scan = async function (found) {
		const video = h("video.camera", { autoplay: true, playsinline: true, muted: true });
		const dialog = patrol.sheet(__("Scan the Label"), [video, h("p.hint", null, __("Hold the camera over the QR code of the label."))]);
		let stream;
		let going = true;
		const stop = () => {
			going = false;
			if (stream) stream.getTracks().forEach((track) => track.stop());
		};
		dialog.addEventListener("close", stop, { once: true });
		try {
			stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
		} catch (error) {
			patrol.hide_sheet();
			patrol.toast(__("The camera is not allowed here. Type the code under the QR code instead."), "bad");
			return;
		}
		if (!going) return stop();
		video.srcObject = stream;
		const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
		while (going) {
			const seen = await reader.detect(video).catch(() => []);
			const token = seen.map((code) => patrol.token_in(code.rawValue)).find(Boolean);
			if (token && going) {
				patrol.hide_sheet();
				return found(token);
			}
			await new Promise((done) => setTimeout(done, LOOK_EVERY));
		}
	};

	// A label was read: by this page, or by the phone's own camera, which opens /patrol#scan/TOKEN.
	patrol.on_label = async function (token, only_round) {
		const found = await patrol.find_label(token, only_round);
		if (!found) {
			patrol.toast(__("This label is on none of your rounds now. Scan the label of a point on your list."), "bad");
			return;
		}
		await patrol.open_point(found.round, found.point, { token });
	};

	patrol.on_code = async function (round, point, text) {
		const code = patrol.clean_code(text);
		const hash = code && (await patrol.sha256(code));
		if (!code || (hash && hash.slice(0, 4) !== point.code_hint)) {
			return __("This is not the code of {0}. Type the eight characters under its QR code.", [point.name]);
		}
		await patrol.open_point(round, point, { typed_code: code });
		return "";
	};
})();
