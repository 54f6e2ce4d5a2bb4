// Tell us something: only the subjects of what it is are offered, the photo is made small, nothing is sent twice.
(() => {
	"use strict";
	const form = document.querySelector("form.complain");
	if (!form) return;
	const category = document.getElementById("category");
	const all = [...category.options];
	const photo = document.getElementById("photo");

	function offer() {
		const kind = form.querySelector("input[name=kind]:checked");
		const chosen = category.value;
		const fits = all.filter((option) => !option.dataset.kind || !kind || option.dataset.kind === kind.value);
		category.replaceChildren(...fits);
		category.value = fits.some((option) => option.value === chosen) ? chosen : "";
	}
	form.addEventListener("change", (event) => {
		if (event.target.name === "kind") offer();
	});
	offer();

	photo.addEventListener("change", async () => {
		if (!photo.files.length) return;
		try {
			const small = new DataTransfer();
			small.items.add(new File([await window.shrink_photo(photo.files[0])], "photo.jpg", { type: "image/jpeg" }));
			photo.files = small.files;
		} catch (error) {
			// The server reads more kinds than the browser, and says what it cannot read.
		}
	});

	form.addEventListener("submit", () => {
		form.querySelector("button[type=submit]").disabled = true;
	});
	window.addEventListener("pageshow", () => {
		form.querySelector("button[type=submit]").disabled = false;
	});
})();
