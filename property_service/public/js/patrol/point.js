// One point: proof of place, the checklist, a photo, a finding; then it is kept and sent.
(function () {
	"use strict";
	const patrol = window.patrol;
	const h = patrol.h;
	const POSITION_SECONDS = 6;

	// A point was tapped: what speaks against it, else the ways to prove that one is there.
	patrol.choose_point = function (round, point) {
		const waiting = patrol.waiting_for(round.name, point.checkpoint);
		if (waiting) return (location.hash = "#waiting");
		if (patrol.is_done(round, point)) return patrol.toast(__("{0} is recorded already for this round.", [point.name]));
		const now = Date.now();
		if (now > Date.parse(round.closes_at)) return patrol.toast(__("This round is over."), "bad");
		if (!patrol.is_open(round, now)) return patrol.toast(__("This round begins at {0}. Come back then.", [patrol.when(round.starts_at, round.zone)]), "bad");
		if (too_soon(round, point)) return null;
		const failure = patrol.failure_box();
		const code = h("input.big", { type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 12 });
		const go = patrol.busy_button("button.button.primary", __("Go On"), async () => {
			const wrong = await patrol.on_code(round, point, code.value);
			if (wrong) failure.show(wrong);
		});
		code.addEventListener("keydown", (event) => {
			if (event.key === "Enter") go.click();
		});
		const scan = patrol.can_scan()
			? patrol.busy_button("button.button.call", __("Scan the Label"), () => patrol.scan((token) => patrol.on_label(token, round.name)))
			: null;
		const typed = patrol.field(__("Code on the Label"), code, __("The eight characters under the QR code, for example ABCD-EFGH."));
		return patrol.sheet(point.name, h("div.stack", null, scan, typed, failure), go);
	};

	function too_soon(round, point) {
		const first = patrol.before(round, point);
		if (first) patrol.toast(__("The order of this round counts: record point {0} first, then point {1}.", [first.no, point.no]), "bad");
		return Boolean(first);
	}

	// proof: {token} or {typed_code}. The time of the record is that of the proof. What is entered is kept until it is recorded:
	// one touch closes the sheet, and phones end a browser whose camera is open.
	patrol.open_point = async function (round, point, proof) {
		if (patrol.is_done(round, point)) return patrol.toast(__("{0} is recorded already for this round.", [point.name]));
		if (too_soon(round, point)) return null;
		const at = Date.now();
		const position = locate();
		const { user, full_name } = patrol.state.session;
		const kept = patrol.store.draft(user, round.name, point.checkpoint);
		const draft = await kept.read();
		const keep = (part, value) =>
			kept.keep(part, value, Date.parse(round.closes_at)).catch(() => {
				// no room on the phone: the sheet itself still holds everything
			});
		const start = draft.values || { answers: {}, note: "", finding: {} };
		const failure = patrol.failure_box();
		const questions = point.questions.map((question) => question_field(question, start.answers[question.name]));
		const photo = photo_field("point-photo", __("Photo"), draft.photo, (blob) => keep("photo", blob));
		const note = h("textarea", { rows: 2, maxlength: 500, value: start.note });
		const finding = finding_field(start.finding, draft.fixed_photo, (blob) => keep("fixed_photo", blob));
		const abnormal = () => questions.filter((field) => field.is_abnormal());
		const hint = h("div.notice.abnormal", { hidden: true });
		function judge() {
			const wrong = abnormal();
			hint.hidden = !wrong.length;
			hint.textContent = wrong.length ? __("Not normal: {0}. A finding is made of it.", [wrong.map((field) => field.question.text).join(", ")]) : "";
			finding.open(Boolean(wrong.length));
		}
		judge();
		const form = h("form", { onsubmit: (event) => event.preventDefault() }, questions, hint, photo, patrol.field(__("Note"), note), finding, failure);
		function entered() {
			judge();
			const answers = Object.fromEntries(questions.map((field) => [field.question.name, field.read()]));
			keep("values", { answers, note: note.value, finding: finding.entered() });
		}
		for (const event of ["input", "click"]) form.addEventListener(event, entered);
		const send = patrol.busy_button("button.button.primary", __("Record This Point"), async () => {
			const wrong = check(point, questions, photo, abnormal(), finding);
			if (wrong) return failure.show(wrong);
			const found = await position;
			const reported = finding.read(abnormal().length > 0);
			await patrol.add({
				client_key: patrol.uuid(),
				user,
				full_name,
				at,
				zone: round.zone,
				route_name: round.route_name,
				point_name: point.name,
				refused: "",
				photo: photo.blob || null,
				fixed_photo: (reported && finding.fixed_photo()) || null,
				values: {
					task: round.name,
					checkpoint: point.checkpoint,
					device_time: patrol.iso(at),
					...proof,
					...found,
					answers: Object.fromEntries(questions.map((field) => [field.question.name, field.answer()])),
					note: note.value.trim(),
					finding: reported,
				},
			});
			await kept.drop();
			patrol.hide_sheet();
			location.hash = `#round/${encodeURIComponent(round.name)}`;
			return patrol.toast(__("{0} is recorded.", [point.name]), "good");
		});
		return patrol.sheet(point.name, form, send);
	};

	// → {latitude, longitude, accuracy}, or {} where the phone does not say within seconds
	function locate() {
		if (!navigator.geolocation) return Promise.resolve({});
		return new Promise((done) => {
			setTimeout(() => done({}), POSITION_SECONDS * 1000);
			navigator.geolocation.getCurrentPosition(
				({ coords }) => done({ latitude: coords.latitude, longitude: coords.longitude, accuracy: Math.round(coords.accuracy) }),
				() => done({}),
				{ enableHighAccuracy: true, timeout: POSITION_SECONDS * 1000, maximumAge: 60000 }
			);
		});
	}

	function check(point, questions, photo, abnormal, finding) {
		const open = questions.find((field) => field.question.required && !String(field.read()).length);
		if (open) return __("Please answer: {0}", [open.question.text]);
		const strange = questions.find((field) => field.question.kind === "Number" && field.read() && Number.isNaN(phone.number(field.read())));
		if (strange) return phone.no_number(strange.question.text);
		const wanted = abnormal.find((field) => field.question.photo_required);
		if (!photo.blob && point.photo_required) return __("{0} needs a photo. Please take one.", [point.name]);
		if (!photo.blob && wanted) return __("{0} is not normal and needs a photo. Please take one.", [wanted.question.text]);
		return finding.check(abnormal.length > 0);
	}

	const FIELDS = { Single: choices, Multiple: choices, Number: number, Text: words };

	// value: what was entered before, as read() gave it → an element with question, read(), answer() as the server takes it, and is_abnormal()
	function question_field(question, value) {
		const field = FIELDS[question.kind](question, value);
		field.question = question;
		field.answer = field.answer || field.read;
		field.dataset.question = question.name;
		return field;
	}

	function choices(question, value) {
		const many = question.kind === "Multiple";
		const chosen = new Set(question.options.filter((option) => [value].flat().includes(option)));
		const group = h("div.choices", { role: many ? "group" : "radiogroup", "aria-label": question.text });
		for (const option of question.options) {
			const button = h("button.choice", { type: "button", role: many ? "checkbox" : "radio", "aria-checked": String(chosen.has(option)) }, option);
			button.addEventListener("click", () => {
				const had = chosen.has(option);
				if (!many) chosen.clear();
				if (had && many) chosen.delete(option);
				else chosen.add(option);
				for (const each of group.children) each.setAttribute("aria-checked", String(chosen.has(each.textContent)));
			});
			group.append(button);
		}
		const field = h("div.field", null, h("div.label", null, title(question)), group);
		field.read = () => (many ? [...chosen] : [...chosen][0] || "");
		field.is_abnormal = () => question.normal.length > 0 && [...chosen].some((option) => !question.normal.includes(option));
		return field;
	}

	function number(question, value) {
		const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", value });
		const limits = [question.lowest, question.highest].some((limit) => limit !== null)
			? __("Normal: {0}", [`${question.lowest ?? "…"} – ${question.highest ?? "…"} ${question.measure}`])
			: question.measure;
		const field = patrol.field(title(question), input, limits);
		field.read = () => input.value.trim();
		field.answer = () => field.read() && String(phone.number(field.read()));
		field.is_abnormal = () => {
			const read = phone.number(field.read());
			return (question.lowest !== null && read < Number(question.lowest)) || (question.highest !== null && read > Number(question.highest));
		};
		return field;
	}

	function words(question, value) {
		const input = h("textarea", { rows: 2, maxlength: 500, value });
		const field = patrol.field(title(question), input);
		field.read = () => input.value.trim();
		field.is_abnormal = () => false;
		return field;
	}

	const title = (question) => (question.required ? question.text : __("{0} (may be left out)", [question.text]));

	// blob: the photo taken before; keep: is given each that is taken → an element whose `blob` is the shrunk photo
	function photo_field(id, label, blob, keep) {
		const input = h("input.hidden-file", { type: "file", accept: "image/*", capture: "environment", id });
		const tile = h("label.photo.add", { for: id }, patrol.icon("camera"), h("span", null, __("Take a Photo")));
		const field = h("div.field", null, h("div.label", null, label), h("div.photos", null, tile), input);
		function show(taken) {
			field.blob = taken;
			tile.replaceChildren(h("img", { src: URL.createObjectURL(taken), alt: label }));
		}
		if (blob) show(blob);
		input.addEventListener("change", async () => {
			const file = input.files[0];
			if (!file) return;
			try {
				show(await patrol.shrink(file));
				keep(field.blob);
			} catch (failure) {
				if (!(failure instanceof patrol.Failure)) throw failure;
				patrol.toast(failure.message, "bad");
			}
			input.value = "";
		});
		return field;
	}

	// Something is wrong here: what, how bad, put right at once or not. start: as entered() gave it, or {}
	function finding_field(start, blob, keep) {
		const what = h("input", { type: "text", maxlength: 140, value: start.what });
		const severity = patrol.choice(__("Severity"), patrol.shell.severities.map((level) => [level, patrol.word(level, "Inspection Finding")]), start.severity || "Normal");
		const fixed = h("input", { type: "checkbox", id: "fixed", checked: Boolean(start.fixed) });
		const done = h("textarea", { rows: 2, maxlength: 500, value: start.done });
		const photo = photo_field("fixed-photo", __("Photo After"), blob, keep);
		const more = h("div.stack", { hidden: !start.fixed }, patrol.field(__("What Was Done"), done), photo);
		fixed.addEventListener("change", () => (more.hidden = !fixed.checked));
		const body = h(
			"div.stack",
			{ hidden: true },
			patrol.field(__("What Was Found"), what, __("Left empty, the answers above say it.")),
			h("div.field", null, h("div.label", null, __("Severity")), severity),
			h("label.check", { for: "fixed" }, fixed, __("Put right on the spot")),
			more
		);
		const button = h("button.button", { type: "button", "aria-expanded": "false" }, patrol.icon("plus"), __("Report a Finding"));
		const field = h("div.stack.finding", null, button, body);
		let by_hand = Boolean(start.by_hand);
		const show = (on) => {
			body.hidden = !on;
			button.hidden = on && !by_hand;
			button.setAttribute("aria-expanded", String(on));
		};
		button.addEventListener("click", () => {
			by_hand = body.hidden;
			show(by_hand);
		});
		field.open = (on) => show(on || by_hand);
		field.entered = () => ({ by_hand, what: what.value, severity: severity.value, fixed: fixed.checked, done: done.value });
		field.fixed_photo = () => (fixed.checked && photo.blob) || null;
		field.check = (abnormal) => {
			if (body.hidden) return "";
			if (!abnormal && !what.value.trim()) return __("Please say in a few words what you found.");
			return fixed.checked && !done.value.trim() ? __("Please say what was done to put it right.") : "";
		};
		field.read = (abnormal) => {
			if (body.hidden && !abnormal) return null;
			return { title: what.value.trim(), severity: severity.value, fixed_note: fixed.checked ? done.value.trim() : "" };
		};
		return field;
	}
})();
