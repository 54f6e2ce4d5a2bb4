// Apply for a decoration, or add a document: shrink the photos, send once, keep every word if the connection fails.
(() => {
	"use strict";
	const form = document.querySelector("form[data-photos]");
	if (!form) return;
	const WORDS_BYTES = 64 * 1024; // what the form needs besides its photos
	const say = form.dataset;
	const problem = document.getElementById("problem");
	const photos = new Map();
	const most_bytes = Number(say.megabytes) * 1024 * 1024 - WORDS_BYTES;
	const too_large = () => [...photos.values()].reduce((sum, blob) => sum + blob.size, 0) > most_bytes;

	function complain(text) {
		problem.textContent = text;
		problem.hidden = !text;
		if (text) problem.scrollIntoView({ block: "center" });
	}

	form.addEventListener("change", async (event) => {
		const input = event.target;
		if (input.type !== "file" || !input.files.length) return;
		complain("");
		try {
			photos.set(input.name, await window.shrink_photo(input.files[0]));
			show(input);
			if (too_large()) complain(say.large);
		} catch (error) {
			complain(say.heic);
		}
		input.value = "";
	});

	function show(input) {
		const paper = input.closest(".paper");
		paper.classList.add("chosen-file");
		paper.querySelector("img")?.remove();
		const picture = document.createElement("img");
		picture.src = URL.createObjectURL(photos.get(input.name));
		picture.onload = () => URL.revokeObjectURL(picture.src);
		picture.alt = "";
		input.before(picture);
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (form.dataset.busy) return;
		if (too_large()) return complain(say.large);
		const button = event.submitter;
		const label = button.textContent;
		form.dataset.busy = "1";
		button.disabled = true;
		button.textContent = say.sending;
		complain("");
		const body = new FormData(form);
		const answers = {};
		for (const radio of form.querySelectorAll("input[data-question]:checked")) answers[radio.dataset.question] = radio.value;
		for (const key of [...body.keys()]) {
			if (key.startsWith("a-") || body.get(key) instanceof File || !body.get(key)) body.delete(key);
		}
		body.set("answers", JSON.stringify(answers));
		if (button.name) body.set(button.name, button.value);
		for (const [name, blob] of photos) body.append(name, blob, `${name}.jpg`);
		try {
			const answer = await fetch("/api/method/property_service.portal.decoration_api.apply", {
				method: "POST",
				body,
				headers: { "X-Frappe-CSRF-Token": body.get("csrf_token"), Accept: "application/json" },
			});
			if (answer.status === 413) throw new Refusal(say.large);
			const told = await answer.json();
			if (!answer.ok) throw new Refusal(sentence(told) || say.failed);
			location.assign(`/resident/permit?name=${encodeURIComponent(told.message.name)}&done=apply`);
		} catch (error) {
			complain(error instanceof Refusal ? error.message : say.failed);
			delete form.dataset.busy;
			button.disabled = false;
			button.textContent = label;
		}
	});

	class Refusal extends Error {}

	function sentence(told) {
		try {
			const first = JSON.parse(JSON.parse(told._server_messages)[0]).message;
			return new DOMParser().parseFromString(first, "text/html").body.textContent;
		} catch (error) {
			return "";
		}
	}
})();
