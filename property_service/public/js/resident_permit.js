// One photo to a form, made small and sent as soon as it is chosen; without scripts the button sends it.
(() => {
	"use strict";
	for (const form of document.querySelectorAll("form.one-photo")) {
		const input = form.querySelector("input[type=file]");
		const label = form.querySelector("label.button");
		form.querySelector("button").hidden = true;
		input.addEventListener("change", async () => {
			if (!input.files.length) return;
			label.lastChild.textContent = form.dataset.sending;
			try {
				const small = new DataTransfer();
				small.items.add(new File([await window.shrink_photo(input.files[0])], "photo.jpg", { type: "image/jpeg" }));
				input.files = small.files;
			} catch (error) {
				// The server reads more kinds than the browser, and says what it cannot read.
			}
			form.submit();
		});
	}
})();
