// The customer's signature, drawn with a finger; kept as a picture that also says what was agreed to.
(function () {
	"use strict";
	const jobs = window.jobs;
	const h = jobs.h;
	const HEIGHT = 180;

	jobs.signature_pad = function () {
		const canvas = h("canvas.sign", { role: "img", "aria-label": __("Signature field") });
		const pad = h("div.pad", null, h("div.label", null, __("Signature")), canvas);
		const clear = h("button.button.small", { type: "button" }, __("Clear"));
		pad.append(clear);
		let strokes = [];

		function fit() {
			const width = canvas.clientWidth || 320;
			const ratio = window.devicePixelRatio || 1;
			canvas.width = width * ratio;
			canvas.height = HEIGHT * ratio;
			draw(canvas.getContext("2d"), ratio, 0);
		}

		function draw(pen, ratio, offset) {
			pen.setTransform(ratio, 0, 0, ratio, 0, offset * ratio);
			pen.lineWidth = 2.5;
			pen.lineCap = pen.lineJoin = "round";
			pen.strokeStyle = "#111";
			for (const stroke of strokes) {
				pen.beginPath();
				stroke.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
				if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
				pen.stroke();
			}
		}

		const point = (event) => {
			const box = canvas.getBoundingClientRect();
			return [event.clientX - box.left, event.clientY - box.top];
		};
		canvas.addEventListener("pointerdown", (event) => {
			event.preventDefault();
			canvas.setPointerCapture(event.pointerId);
			strokes.push([point(event)]);
			pad.sent = false;
			fit();
		});
		canvas.addEventListener("pointermove", (event) => {
			if (!canvas.hasPointerCapture(event.pointerId)) return;
			strokes[strokes.length - 1].push(point(event));
			fit();
		});
		clear.addEventListener("click", () => {
			strokes = [];
			pad.sent = false;
			fit();
		});
		new ResizeObserver(fit).observe(canvas);

		pad.is_empty = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0) < 5;
		pad.picture = function (job) {
			const width = canvas.clientWidth;
			const words = [`${job.name}  ${jobs.money(job.quote_amount)}`, (job.quote_text || "").slice(0, 60), jobs.now().toISOString().slice(0, 16).replace("T", " ")];
			const head = 24 * words.length + 12;
			const paper = document.createElement("canvas");
			paper.width = width * 2;
			paper.height = (HEIGHT + head) * 2;
			const pen = paper.getContext("2d");
			pen.fillStyle = "#fff";
			pen.fillRect(0, 0, paper.width, paper.height);
			pen.fillStyle = "#111";
			pen.font = "30px sans-serif";
			words.forEach((line, at) => pen.fillText(line, 16, 44 + at * 46, paper.width - 32));
			draw(pen, 2, head);
			return new Promise((done) => paper.toBlob(done, "image/png"));
		};
		return pad;
	};
})();
