// Lateness of a repair request in words and colour; the same on list, form, board and calendar.
frappe.provide("property_service.repairs");

Object.assign(property_service.repairs, {
	LIVE: ["Open", "Working", "Waiting"],

	state_colour: {
		New: "orange",
		Quoted: "yellow",
		"On Hold": "yellow",
		Reopened: "pink",
		Completed: "green",
		"Awaiting Visit": "green",
		Closed: "gray",
		Rejected: "gray",
		Cancelled: "gray",
		Referred: "purple",
	},

	// Rejects on every failure, whatever its status; the framework shows the server's sentence.
	call(method, args, type) {
		const path = `property_service.repairs.${method}`;
		return Promise.resolve(frappe.call({ method: path, args, type: type || "POST" })).then((answer) => answer.message);
	},

	state_label(state) {
		return __(state, null, "Repair Request");
	},

	// Minutes as people say them: 45 min, 3 h 20 min, 2 d 4 h.
	duration(minutes) {
		const total = Math.max(Math.round(minutes), 0);
		if (total < 60) return __("{0} min", [total]);
		if (total < 1440) {
			const rest = total % 60;
			return rest ? __("{0} h {1} min", [Math.floor(total / 60), rest]) : __("{0} h", [total / 60]);
		}
		const hours = Math.floor((total % 1440) / 60);
		const days = Math.floor(total / 1440);
		return hours ? __("{0} d {1} h", [days, hours]) : __("{0} d", [days]);
	},

	minutes_until(moment_text) {
		const now = frappe.datetime.system_datetime();
		return moment(moment_text).diff(moment(now), "seconds") / 60;
	},

	// → {level: "late" | "soon" | "ok" | "was_late" | "standing", colour, text} or null where nothing is promised.
	lateness(doc) {
		if (!doc.name || doc.__islocal) return null;
		if (!this.LIVE.includes(doc.stage)) {
			if (cint(doc.finish_late) || cint(doc.response_late)) {
				const text = cint(doc.finish_late) ? __("Finished Late") : __("Responded Late");
				return { level: "was_late", colour: "red", text };
			}
			return null;
		}
		const due = doc.arrived_at ? doc.finish_by : doc.respond_by || doc.finish_by;
		if (!due) {
			const waits = doc.stage === "Waiting";
			return waits ? { level: "standing", colour: "blue", text: __("Clock Stopped") } : null;
		}
		const minutes = this.minutes_until(due);
		const to_arrive = !doc.arrived_at && doc.respond_by;
		if (minutes < 0) {
			const span = this.duration(-minutes);
			const text = to_arrive ? __("Arrival late by {0}", [span]) : __("Finish late by {0}", [span]);
			return { level: "late", colour: "red", text };
		}
		const span = this.duration(minutes);
		const text = to_arrive ? __("Arrive within {0}", [span]) : __("Finish within {0}", [span]);
		const soon = cint(doc.alert_level) >= 80;
		return { level: soon ? "soon" : "ok", colour: soon ? "orange" : "green", text };
	},

	indicator(doc) {
		const label = this.state_label(doc.status);
		const filter = `status,=,${doc.status}`;
		const late = this.lateness(doc);
		if (late && late.level === "late") return [`${__("Late")} · ${label}`, "red", filter];
		if (late && late.level === "soon") return [`${__("Due Soon")} · ${label}`, "orange", filter];
		return [label, this.state_colour[doc.status] || "blue", filter];
	},
});

// The board shows states as plain links.
for (const state of [...Object.keys(property_service.repairs.state_colour), "Accepted", "Dispatched", "Taken", "In Progress"]) {
	frappe.utils.add_link_title("Workflow State", state, property_service.repairs.state_label(state));
}
