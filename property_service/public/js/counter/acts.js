// Acts of the counter's page that concern parked forms and rows; each takes the button and its data.

(() => {
	const counter = property_service.counter;

	counter.acts = {
		// Parking

		// Whatever is half written is set aside before somebody else's picture opens.
		set_aside() {
			const form = this.form.form;
			if (!form) return false;
			const begun = counter.is_begun(form);
			if (begun) counter.parked.add(form);
			this.form.end();
			this.draw_parked();
			if (begun) frappe.show_alert({ message: __("The form is parked. F9 takes it back."), indicator: "blue" });
			return begun;
		},

		park() {
			this.set_aside();
			this.form.done = null;
			this.form.draw();
			this.close_picture();
			this.$text.val("").trigger("focus");
		},

		take_back($button, data) {
			const form = counter.parked.take(data.key);
			this.draw_parked();
			if (!form) return;
			this.set_aside();
			this.form.done = null;
			this.close_picture();
			this.form.begin(form);
			if (form.asked) this.open(form.asked, null, true).then(() => this.form.form === form && this.form.focus_first());
		},

		take_latest() {
			const [latest] = counter.parked.all();
			if (!latest) {
				frappe.show_alert({ message: __("No form is parked. F8 parks the one being written."), indicator: "orange" });
				return;
			}
			this.take_back(null, { key: latest.key });
		},

		drop_parked($button, data) {
			frappe.confirm(__("Throw away this parked form?"), () => {
				counter.parked.drop(data.key);
				this.draw_parked();
			});
		},

		// A reload in the middle of a form: it waits among the parked ones.
		take_up_draft() {
			const form = counter.draft.read();
			if (counter.is_begun(form)) counter.parked.add(form);
			counter.draft.clear();
			this.draw_parked();
		},

		draw_parked() {
			this.$parked.html(counter.parked_html(counter.parked.all()));
		},

		// Rows

		row_of($inside) {
			const $row = $inside.closest("[data-row]");
			return { $row, doctype: $row.attr("data-doctype"), name: $row.attr("data-name") };
		},

		copy_row($button) {
			const { doctype, name, $row } = this.row_of($button);
			const found = this.data_of(doctype, name);
			const community = (found && found.community_name) || (this.view && this.view.community_name) || this.only_name();
			counter.copy(community, found ? counter.share_lines(found) : [$row.find(".sc-words").text()]);
		},

		only_name() {
			const { communities } = this.masters;
			return communities.length === 1 ? communities[0].community_name : "";
		},

		data_of(doctype, name) {
			const same = (one) => one.name === name && one.doctype === doctype;
			const parts = [...(this.view ? this.view.parts : []), ...(this.today.parts || [])];
			const done = this.form.done ? this.form.done.rows : [];
			const incidents = this.view ? this.view.incidents : [];
			return [...incidents, ...done, ...parts.flatMap((part) => part.rows)].find(same);
		},

		begin_keep($button) {
			const { $row, name } = this.row_of($button);
			this.$body.find(".sc-keep").remove();
			$row.after(counter.html.keep_form(name));
			$row.next(".sc-keep").find("input").val(this.half_kept[name] || "").trigger("focus");
		},

		async keep($form) {
			const answer = $form.find("input").val().trim();
			const name = $form.attr("data-name");
			if (!answer) {
				frappe.show_alert({ message: __("Enter what was answered."), indicator: "orange" });
				return;
			}
			if (this.keeping) return;
			this.keeping = true;
			const kept = await counter.act("keep_promise", { name, answer });
			this.keeping = false;
			if (!kept) return;
			frappe.show_alert({ message: counter.text(__("{0}: {1}", [name, counter.kept_look(kept).status])), indicator: "green" });
			$form.remove();
			delete this.half_kept[name];
			const row = this.data_of(counter.PROMISE, name);
			if (row) this.kept.push({ ...row, ...counter.kept_look(kept) });
			if (this.form.done) {
				for (const one of this.form.done.rows) if (one.name === name) Object.assign(one, counter.kept_look(kept));
				this.form.draw();
			}
			this.$picture.trigger("focus");
			this.today.refresh();
			if (this.view) await this.reload();
		},
	};
})();
