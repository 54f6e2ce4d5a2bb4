// Report a fault: shrink the photos, send once, keep every word if the connection fails.
(() => {
	"use strict";
	const form = document.getElementById("report");
	if (!form) return;
	const WORDS_BYTES = 64 * 1024; // what the form needs besides its photos
	const input = document.getElementById("photos");
	const thumbs = document.getElementById("thumbs");
	const problem = document.getElementById("problem");
	const send = document.getElementById("send");
	const say = form.dataset;
	const photos = [];
	const most_bytes = Number(say.megabytes) * 1024 * 1024 - WORDS_BYTES;
	const too_large = () => photos.reduce((sum, blob) => sum + blob.size, 0) > most_bytes;

	function complain(text) {
		problem.textContent = text;
		problem.hidden = !text;
		if (text) problem.scrollIntoView({ block: "center" });
	}

	// The tiles make room for the sentence once one is tapped. Arrow keys walk through them, so those leave them open.
	const choices = document.getElementById("choices");
	const chosen = document.getElementById("chosen");
	const place = document.getElementById("public_place");
	let tapped = false;
	choices.addEventListener("pointerdown", () => (tapped = true));
	choices.addEventListener("keydown", () => (tapped = false));

	form.addEventListener("change", (event) => {
		if (event.target.name !== "category") return;
		follow(event.target);
		if (tapped) fold(event.target);
	});

	function follow(category) {
		const { advice, urgent, public: shared } = category.dataset;
		const note = document.getElementById("advice");
		note.textContent = advice || "";
		note.hidden = !advice;
		document.getElementById("danger").hidden = urgent !== "1";
		place.closest(".field").hidden = shared !== "1";
		place.required = shared === "1" && urgent !== "1";
	}

	function fold(category) {
		const tile = category.nextElementSibling;
		document.getElementById("chosen-icon").replaceChildren(tile.querySelector("svg").cloneNode(true));
		document.getElementById("chosen-label").textContent = tile.textContent.trim();
		chosen.hidden = false;
		choices.hidden = true;
		const field = place.required && !place.value ? place : document.getElementById("description");
		field.focus();
		chosen.scrollIntoView({ block: "start" });
	}

	document.getElementById("change").addEventListener("click", () => {
		chosen.hidden = true;
		choices.hidden = false;
		choices.querySelector("input:checked").focus();
	});

	place.closest(".field").hidden = true;
	const before = choices.querySelector("input:checked");
	if (before) {
		follow(before);
		fold(before);
	}

	const wishedFrom = document.getElementById("wished_from");
	const wishedTo = document.getElementById("wished_to");
	wishedFrom.addEventListener("change", () => {
		if (!wishedFrom.value || wishedTo.value) return;
		const then = new Date(`${wishedFrom.value}Z`);
		wishedTo.value = new Date(then.getTime() + 2 * 3600 * 1000).toISOString().slice(0, 16);
	});

	input.addEventListener("change", async () => {
		complain("");
		for (const file of input.files) {
			if (photos.length >= Number(say.most)) {
				complain(say.many);
				break;
			}
			try {
				photos.push(await window.shrink_photo(file));
				if (too_large()) complain(say.large);
			} catch (error) {
				complain(say.heic);
			}
		}
		input.value = "";
		show();
	});

	function show() {
		thumbs.replaceChildren(
			...photos.map((blob, index) => {
				const box = document.createElement("div");
				const picture = document.createElement("img");
				picture.src = URL.createObjectURL(blob);
				picture.onload = () => URL.revokeObjectURL(picture.src);
				picture.alt = "";
				const remove = document.createElement("button");
				remove.type = "button";
				remove.textContent = "✕";
				remove.setAttribute("aria-label", say.remove.replace("{0}", index + 1));
				remove.addEventListener("click", () => {
					photos.splice(index, 1);
					show();
				});
				box.append(picture, remove);
				return box;
			})
		);
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (send.disabled) return;
		if (too_large()) return complain(say.large);
		const label = send.textContent;
		send.disabled = true;
		send.textContent = say.sending;
		complain("");
		const body = new FormData(form);
		body.delete("photos");
		for (const key of [...body.keys()]) if (!body.get(key)) body.delete(key);
		photos.forEach((blob, index) => body.append("photos", blob, `photo-${index + 1}.jpg`));
		try {
			const answer = await fetch("/api/method/property_service.portal.api.report_fault", {
				method: "POST",
				body,
				headers: { "X-Frappe-CSRF-Token": body.get("csrf_token"), Accept: "application/json" },
			});
			if (answer.status === 413) throw new Refusal(say.large);
			const told = await answer.json();
			if (!answer.ok) throw new Refusal(sentence(told) || say.failed);
			location.assign(`/resident/repair?name=${encodeURIComponent(told.message.name)}&thanks=1`);
		} catch (error) {
			complain(error instanceof Refusal ? error.message : say.failed);
			send.disabled = false;
			send.textContent = label;
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
