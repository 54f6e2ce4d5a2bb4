// Without this script people print by their browser's own menu, so the button is shown only with it.
for (const button of document.querySelectorAll("[data-print]")) {
	button.hidden = false;
	button.addEventListener("click", () => print());
}
