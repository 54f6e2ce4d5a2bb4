// Reads the QR code of a sign-up by the camera, where the browser can; elsewhere the phone's own camera opens the same page.
(function () {
	"use strict";
	const scan = (window.event_scan = {});
	const TOKEN = /^[A-Za-z0-9_-]{22}$/;
	const LOOK_EVERY = 250;

	scan.can = () => "BarcodeDetector" in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;

	// The token inside what a QR code says: https://…/q/TOKEN
	scan.token_in = function (text) {
		const last = String(text || "").split(/[?#]/)[0].split("/").pop();
		return TOKEN.test(last) ? last : "";
	};

	// Shows the camera in `place` until `stop` is called; tells each code once, so that a queue of people can be scanned.
	scan.start = async function (place, found, failed) {
		const video = document.createElement("video");
		video.className = "camera";
		video.autoplay = video.muted = true;
		video.setAttribute("playsinline", "");
		let stream;
		try {
			stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
		} catch (error) {
			failed(__("The camera is not allowed here. Search by name or room instead."));
			return () => {};
		}
		let going = true;
		let last = "";
		place.replaceChildren(video);
		video.srcObject = stream;
		const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
		(async () => {
			while (going) {
				const seen = await reader.detect(video).catch(() => []);
				const token = seen.map((code) => scan.token_in(code.rawValue)).find(Boolean);
				if (token && token !== last && going) {
					last = token;
					found(token);
				}
				await new Promise((done) => setTimeout(done, LOOK_EVERY));
			}
		})();
		return () => {
			going = false;
			stream.getTracks().forEach((track) => track.stop());
			place.replaceChildren();
		};
	};
})();
