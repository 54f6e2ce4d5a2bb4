// Shared by the parts of the service counter: escaping, site time, calls.
// No backslash anywhere: the platform reads included files as the replacement of a regular expression.
frappe.provide("property_service.counter");

(() => {
	const counter = property_service.counter;
	const API = "property_service.front_desk.counter_api.";

	counter.KINDS = ["Consultation", "Repair", "Complaint", "Suggestion", "Praise", "Help"];
	counter.FELT = ["Complaint", "Suggestion", "Praise"];
	counter.CHANNELS = ["Phone", "Counter", "WeChat", "SMS", "E-mail", "Letter", "12345", "Media"];
	counter.PROMISE = "Callback Promise";

	counter.text = (value) => frappe.utils.escape_html(String(value ?? ""));
	const kinds = () => ({
		Consultation: __("Consultation", null, "Service Contact"),
		Repair: __("Repair", null, "Service Contact"),
		Complaint: __("Complaint", null, "Service Contact"),
		Suggestion: __("Suggestion", null, "Service Contact"),
		Praise: __("Praise", null, "Service Contact"),
		Help: __("Help", null, "Service Contact"),
	});
	counter.kind_label = (kind) => kinds()[kind] || kind;
	counter.digits = (value) => String(value ?? "").replace(/[^0-9+]/g, "");
	counter.looks_like_phone = (value) => /^[0-9+ ()-]{7,20}$/.test(String(value ?? "").trim());

	// An act: a refusal is shown by the platform in its own words, and answered with null.
	counter.act = (method, args) =>
		new Promise((resolve) => {
			frappe.call({
				method: API + method,
				args,
				type: "POST",
				callback: (response) => resolve(response.message ?? {}),
				error: () => resolve(null),
			});
		});

	// Reading goes on in the background all day long: it opens no dialog. Null where nothing came.
	counter.read = async (method, args) => {
		const sent = new URLSearchParams();
		for (const [name, value] of Object.entries(args || {})) if (value) sent.append(name, value);
		try {
			const answer = await fetch(`/api/method/${API}${method}?${sent}`, { headers: { Accept: "application/json" } });
			return answer.ok ? (await answer.json()).message : null;
		} catch (error) {
			return null;
		}
	};

	// Site time as people say it: the hour alone for today
	counter.when = (value) => {
		if (!value) return "";
		const at = frappe.datetime.convert_to_user_tz(value, false);
		const now = frappe.datetime.convert_to_user_tz(frappe.datetime.now_datetime(), false);
		const day = at.format(frappe.datetime.get_user_date_fmt().toUpperCase());
		return at.isSame(now, "day") ? at.format("HH:mm") : `${day} ${at.format("HH:mm")}`;
	};
	// Between the site's time and what a field for date and time holds, which is the user's
	counter.to_field = (value) => (value ? frappe.datetime.convert_to_user_tz(value, false).format("YYYY-MM-DD[T]HH:mm") : "");
	counter.from_field = (value) => frappe.datetime.convert_to_system_tz(`${value.replace("T", " ")}:00`);

	// A text for WeChat begins with who sends it.
	counter.copy = async (community_name, lines) => {
		const sender = community_name ? `[${__("Property Service Centre of {0}", [community_name])}]` : "";
		const words = [sender, ...lines].filter(Boolean).join(String.fromCharCode(10));
		const copied = navigator.clipboard && window.isSecureContext
			? await navigator.clipboard.writeText(words).then(() => true, () => false)
			: false;
		if (copied || copy_by_hand(words)) {
			frappe.show_alert({ message: __("Copied. Paste it into WeChat."), indicator: "green" }, 3);
			return;
		}
		frappe.msgprint({
			title: __("Copy This Text"),
			message: `<textarea class="form-control" rows="5" readonly aria-label="${__("Copy This Text")}">${counter.text(words)}</textarea>`,
		});
	};

	// Addresses without https have no clipboard of the browser.
	function copy_by_hand(words) {
		const before = document.activeElement;
		const area = document.createElement("textarea");
		area.value = words;
		area.style.position = "fixed";
		area.style.opacity = "0";
		document.body.append(area);
		area.select();
		const copied = document.execCommand("copy");
		area.remove();
		if (before && before.focus) before.focus();
		return copied;
	}
})();
