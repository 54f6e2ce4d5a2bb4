// A team: what it lacks, who of it has how much in hand, and who is on duty.

(() => {
	frappe.ui.form.on("Work Team", {
		setup(frm) {
			frm.set_query("leader", () => ({ filters: { user_type: "System User", enabled: 1 } }));
			frm.set_query("user", "members", () => ({ filters: { user_type: "System User", enabled: 1 } }));
			frm.set_query("out_of_hours_team", () => ({ filters: { name: ["!=", frm.doc.name], is_active: 1 } }));
			frm.set_query("building", "places", (doc, cdt, cdn) => ({
				filters: { community: locals[cdt][cdn].community },
			}));
		},

		refresh(frm) {
			frm.set_intro("");
			const lacks = what_it_lacks(frm.doc);
			if (lacks && !frm.is_new()) frm.set_intro(lacks, "orange");
			frm.toggle_display("section_load", !frm.is_new() && (frm.doc.members || []).length > 0);
			if (frm.is_new()) return;
			show_load(frm);
			if (frappe.user.has_role(["Property Team Leader", "Property Manager", "System Manager"])) {
				frm.add_custom_button(__("Team Load"), () => {
					frappe.set_route("query-report", "Team Load", { team: frm.doc.name });
				});
			}
		},
	});

	frappe.ui.form.on("Work Team Place", {
		community(frm, cdt, cdn) {
			frappe.model.set_value(cdt, cdn, "building", null);
		},
	});

	function what_it_lacks(doc) {
		if (!doc.is_active) return __("This team is not active and gets no jobs.");
		if (!(doc.places || []).length) {
			return __("This team serves no places. It gets jobs only when it stands in for another team.");
		}
		if (doc.is_contractor || (doc.members || []).length) return "";
		return __("This team has no members. Its leader decides every job.");
	}

	function show_load(frm) {
		const box = frm.get_field("member_load").$wrapper;
		if (!(frm.doc.members || []).length) return box.empty();
		frappe
			.call({ method: "property_service.dispatch.api.team_members", args: { team: frm.doc.name }, type: "GET" })
			.then(({ message }) => {
				box.html(load_table(message || []));
				box.find("button[data-user]").on("click", (event) => {
					const button = event.currentTarget;
					set_duty(frm, button.dataset.user, button.dataset.on === "1");
				});
			});
	}

	function load_table(members) {
		const head = [__("Member"), __("Duty"), __("Open Jobs"), __("Late Jobs"), __("Taken Today"), ""];
		return `<div class="table-responsive"><table class="table table-bordered" style="margin-bottom: 0">
			<thead><tr>${head.map((label) => `<th>${label}</th>`).join("")}</tr></thead>
			<tbody>${members.map(member_row).join("")}</tbody></table></div>`;
	}

	function member_row(member) {
		const full = member.cap && member.open_jobs >= member.cap;
		const share = member.cap ? Math.min(100, Math.round((member.open_jobs * 100) / member.cap)) : 0;
		const late = member.late_jobs ? `<span class="indicator-pill red">${member.late_jobs}</span>` : "0";
		const duty = member.on_duty
			? `<span class="indicator-pill green">${__("On Duty")}</span>`
			: `<span class="indicator-pill gray">${__("Off Duty")}</span>`;
		const button = member.may_set_duty
			? `<button type="button" class="btn btn-xs btn-default" data-user="${frappe.utils.escape_html(member.user)}"
				data-on="${member.on_duty ? 0 : 1}">${member.on_duty ? __("Take Off Duty") : __("Put on Duty")}</button>`
			: "";
		return `<tr>
			<td>${frappe.utils.escape_html(member.full_name || member.user)}</td>
			<td>${duty}</td>
			<td style="min-width: 150px">${__("{0} of {1}", [member.open_jobs, member.cap], "Share")}
				<div class="progress" style="height: 6px; margin: 4px 0 0">
					<div class="progress-bar ${full ? "bg-danger" : ""}" style="width: ${share}%"></div>
				</div></td>
			<td>${late}</td>
			<td>${member.taken_today}</td>
			<td>${button}</td>
		</tr>`;
	}

	function set_duty(frm, user, on) {
		if (frm.is_dirty()) {
			frappe.msgprint(__("Please save your changes first."));
			return;
		}
		frappe
			.xcall("property_service.dispatch.api.set_on_duty", { team: frm.doc.name, user, on: on ? 1 : 0 })
			.then(() => {
				const name = frappe.utils.escape_html(frappe.user.full_name(user));
				const message = on ? __("{0} is on duty.", [name]) : __("{0} is off duty.", [name]);
				frappe.show_alert({ message, indicator: on ? "green" : "gray" });
				return frm.reload_doc();
			});
	}
})();
