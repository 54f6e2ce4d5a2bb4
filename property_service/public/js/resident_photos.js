// Photos of residents are made small before they are sent: phones take some of ten megabytes.
(() => {
	"use strict";
	const LONGEST = 1600;

	// The picture as a JPEG of at most LONGEST pixels a side; an error where the browser cannot read it.
	window.shrink_photo = async (file) => {
		const picture = await load(file);
		const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.max(1, Math.round(picture.width * scale));
		canvas.height = Math.max(1, Math.round(picture.height * scale));
		const pen = canvas.getContext("2d");
		pen.fillStyle = "#fff"; // transparent parts would turn black
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
		URL.revokeObjectURL(picture.src);
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
		if (!blob) throw new Error("no picture");
		return blob;
	};

	function load(file) {
		return new Promise((done, fail) => {
			const picture = new Image();
			picture.onload = () => done(picture);
			picture.onerror = fail;
			picture.src = URL.createObjectURL(file);
		});
	}
})();
