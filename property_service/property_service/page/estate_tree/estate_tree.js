// The estate as a tree: communities and buildings on the left, the rooms of one building in the middle, who lives in one.

frappe.pages["estate-tree"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Estate"), single_column: true });
	wrapper.estate_tree = new EstateTree(page);
};

frappe.pages["estate-tree"].on_page_show = (wrapper) => wrapper.estate_tree.open_route();

const EstateApi = {
	call: (name, args) =>
		frappe.call({ method: `property_service.property_service.api.${name}`, type: "GET", args }).then((r) => r.message),
};

class EstateTree {
	constructor(page) {
		this.page = page;
		this.buildings = {};
		this.chosen = {};
		page.main.html(EstateHtml.frame());
		this.$tree = page.main.find(".et-tree");
		this.$plan = page.main.find(".et-plan");
		this.$card = page.main.find(".et-card");
		this.$columns = page.main.find(".et-columns");
		this.$found = page.main.find(".et-found");
		this.bind();
		page.set_secondary_action(__("Refresh"), () => this.reload(), "refresh");
		this.loaded = this.load();
	}

	bind() {
		const on = (event, selector, act) => this.page.main.on(event, selector, act);
		on("click", ".et-community", (e) => this.toggle($(e.currentTarget).data("name")));
		on("click", ".et-building", (e) => this.open_building($(e.currentTarget).data("name")));
		on("click", ".et-unit", (e) => this.open_unit($(e.currentTarget).data("name")));
		on("click", ".et-back", () => this.show_only("tree"));
		on("click", ".et-close", () => this.close_card());
		on("click", ".et-legend button", (e) => this.highlight(e.currentTarget));
		on("click", ".et-hit", (e) => this.open_hit($(e.currentTarget).data("unit")));
		on("keydown", ".et-unit", (e) => this.walk(e));
		on("input", ".et-search", frappe.utils.debounce((e) => this.search(e.target.value), 250));
		on("keydown", ".et-search", (e) => {
			if (e.key === "Escape") this.search((e.target.value = ""));
			if (e.key === "Enter") this.$found.find(".et-hit").first().trigger("click");
		});
		$(document).on("keydown.estate_tree", (e) => {
			if (e.key === "Escape" && frappe.get_route()[0] === "estate-tree") this.close_card();
		});
	}

	async load() {
		this.communities = await EstateApi.call("estate_communities");
		this.$tree.html(EstateHtml.communities(this.communities));
		if (this.communities.length) await this.toggle(this.communities[0].name, true);
	}

	async reload() {
		const { community, building, unit } = this.chosen;
		this.buildings = {};
		this.chosen = {};
		this.loaded = this.load();
		await this.loaded;
		if (community) await this.toggle(community, true);
		if (building) await this.open_building(building);
		if (unit) await this.open_unit(unit);
	}

	// estate-tree/LH-03 and estate-tree/LH-03/LH-03-2-1203
	async open_route() {
		await this.loaded;
		const [, building, unit] = frappe.get_route();
		if (building && building !== this.chosen.building) await this.open_building(building);
		if (unit && unit !== this.chosen.unit) await this.open_unit(unit);
	}

	async toggle(community, open) {
		const $button = this.$tree.find(".et-community").filter((_i, one) => $(one).data("name") === community);
		if (!$button.length) return;
		const show = open ?? $button.attr("aria-expanded") !== "true";
		$button.attr("aria-expanded", String(show));
		const $list = $button.next(".et-buildings").toggle(show);
		if (!show) return;
		if (!this.buildings[community]) {
			this.buildings[community] = await EstateApi.call("estate_buildings", { community });
			$list.html(EstateHtml.buildings(this.buildings[community]));
			this.mark();
		}
	}

	async open_building(name) {
		if (this.chosen.building !== name) {
			const answer = await EstateApi.call("estate_units", { building: name });
			this.chosen = { community: answer.building.community, building: name };
			this.$plan.html(EstateHtml.plan(answer));
			this.$plan.scrollTop(0);
			this.close_card();
			await this.toggle(answer.building.community, true);
		}
		this.mark();
		this.show_only("plan");
	}

	async open_unit(name) {
		const answer = await EstateApi.call("estate_people", { unit: name });
		this.chosen.unit = name;
		this.$card.html(EstateHtml.card(answer)).addClass("open");
		this.mark();
		this.$card.find(".et-close").trigger("focus");
	}

	async open_hit(unit) {
		if (!unit) return;
		this.$found.empty();
		const { message } = await frappe.db.get_value("Property Unit", unit, "building");
		await this.open_building(message.building);
		await this.open_unit(unit);
		const cell = this.$plan.find(".et-unit.active").get(0);
		if (cell) cell.scrollIntoView({ block: "center" });
	}

	async search(text) {
		this.asked = text.trim();
		if (!this.asked) return this.$found.empty();
		const asked = this.asked;
		const hits = await EstateApi.call("find", { text: asked, limit: 8 });
		if (asked === this.asked) this.$found.html(EstateHtml.found(hits));
	}

	close_card() {
		const unit = this.chosen.unit;
		delete this.chosen.unit;
		this.$card.removeClass("open").empty();
		this.mark();
		// After the platform's own answer to Escape, which takes the focus away.
		if (unit) setTimeout(() => this.cell(unit).trigger("focus"));
	}

	cell(name) {
		return this.$plan.find(".et-unit").filter((_i, one) => $(one).data("name") === name);
	}

	highlight(button) {
		const on = button.getAttribute("aria-pressed") !== "true";
		this.$plan.find(".et-legend button").attr("aria-pressed", "false");
		button.setAttribute("aria-pressed", String(on));
		this.$plan.attr("data-only", on ? button.dataset.status : null);
		this.$plan.find(".et-unit").each((_i, cell) => {
			$(cell).toggleClass("dim", on && cell.dataset.status !== button.dataset.status);
		});
	}

	// Arrow keys go from room to room.
	walk(event) {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (!step) return;
		event.preventDefault();
		const cells = this.$plan.find(".et-unit");
		cells.eq(cells.index(event.currentTarget) + step).trigger("focus");
	}

	mark() {
		const set = (selector, name) =>
			this.page.main.find(selector).each((_i, one) => {
				const active = $(one).data("name") === name;
				$(one).toggleClass("active", active).attr("aria-current", active ? "true" : null);
			});
		set(".et-building", this.chosen.building);
		set(".et-unit", this.chosen.unit);
	}

	// On a narrow screen tree and plan take turns.
	show_only(what) {
		this.$columns.attr("data-shown", what);
		if (what === "tree") this.close_card();
	}
}

// How it looks. Every text from the database is escaped here.
const EstateHtml = {
	text: (value) => frappe.utils.escape_html(String(value ?? "")),
	colors: { Vacant: "vacant", Decorating: "decorating", "Owner Occupied": "occupied", Rented: "rented" },

	frame: () => `
		<div class="et">
			<div class="et-top">
				<input type="search" class="form-control et-search" autocomplete="off" maxlength="80"
					placeholder="${__("Name, phone, unit or plate")}" aria-label="${__("Find a person, a unit or a car")}">
				<div class="et-found" role="listbox" aria-label="${__("Found")}"></div>
			</div>
			<div class="et-columns" data-shown="tree">
				<nav class="et-tree" aria-label="${__("Communities and buildings")}"></nav>
				<section class="et-plan" aria-label="${__("Units")}">
					<p class="et-hint">${__("Choose a building to see its units.")}</p>
				</section>
				<aside class="et-card" aria-live="polite" aria-label="${__("Who Lives Here")}"></aside>
			</div>
		</div>`,

	communities(nodes) {
		if (!nodes.length) return `<p class="et-hint">${__("There is no community yet. Create one, or import an estate.")}</p>`;
		return nodes
			.map(
				(node) => `
			<button type="button" class="et-community" aria-expanded="false" data-name="${this.text(node.name)}">
				<span class="et-caret" aria-hidden="true"></span>
				<span class="et-title">${this.text(node.title)}</span>
				<span class="et-count">${this.text(__("{0} units", [node.units]))}</span>
			</button>
			<div class="et-buildings" style="display: none"></div>`
			)
			.join("");
	},

	buildings(nodes) {
		if (!nodes.length) return `<p class="et-hint">${__("No buildings yet.")}</p>`;
		return nodes
			.map(
				(node) => `
			<button type="button" class="et-building" data-name="${this.text(node.name)}">
				<span class="et-title">${this.building_title(node)}</span>
				<span class="et-count">${node.units}</span>
				${this.bar(node)}
			</button>`
			)
			.join("");
	},

	building_title(node) {
		const number = this.text(__("Building {0}", [node.number]));
		return node.title && node.title !== node.number ? `${number} · ${this.text(node.title)}` : number;
	},

	bar(node) {
		const parts = Object.entries(this.colors)
			.filter(([status]) => node.statuses[status])
			.map(([status, color]) => `<i class="et-${color}" style="flex: ${cint(node.statuses[status])}"></i>`);
		const said = Object.keys(this.colors).map((status) => `${__(status)} ${cint(node.statuses[status])}`);
		return `<span class="et-bar" title="${this.text(said.join(", "))}">${parts.join("")}</span>`;
	},

	plan({ building, entrances }) {
		const all = entrances.flatMap((one) => one.floors.flatMap((floor) => floor.units));
		const count = (status) => all.filter((unit) => unit.occupancy_status === status).length;
		const legend = Object.entries(this.colors).map(
			([status, color]) => `
			<button type="button" aria-pressed="false" data-status="${status}">
				<i class="et-${color}"></i>${__(status)} <b>${count(status)}</b></button>`
		);
		const facts = [
			[__("Shut-off Valve"), building.shut_off_valve],
			[__("Equipment Location"), building.equipment_location],
		].filter(([, value]) => value);
		return `
			<header class="et-head">
				<button type="button" class="btn btn-default btn-sm et-back">${__("Back")}</button>
				<h3><a href="${frappe.utils.get_form_link("Building", building.name)}">${this.building_title(building)}</a></h3>
				<div class="et-legend" role="group" aria-label="${__("Show only")}">${legend.join("")}</div>
			</header>
			${facts.map(([label, value]) => `<p class="et-fact"><b>${label}</b> ${this.text(value)}</p>`).join("")}
			${all.length ? "" : `<p class="et-hint">${__("This building has no units yet.")}</p>`}
			<div class="et-entrances">${entrances.map((one) => this.entrance(one)).join("")}</div>`;
	},

	entrance(node) {
		const title = node.number ? this.text(__("Entrance {0}", [node.number])) : __("Without entrance");
		const floors = node.floors.map(
			({ floor, units }) => `
			<div class="et-floor">
				<span class="et-level" title="${this.text(__("Floor {0}", [floor]))}">${floor ? cint(floor) : ""}</span>
				<div class="et-units">${units.map((unit) => this.unit(unit)).join("")}</div>
			</div>`
		);
		return `<section class="et-entrance"><h4>${title}</h4>${floors.join("")}</section>`;
	},

	unit(unit) {
		const color = this.colors[unit.occupancy_status] || "vacant";
		const delivery = unit.delivery_status === "Delivered" ? "" : " et-undelivered";
		const usage = unit.usage === "Residence" ? "" : ` · ${__(unit.usage)}`;
		const label = `${unit.room_no}: ${__(unit.occupancy_status)} · ${__(unit.delivery_status)}${usage}`;
		return `<button type="button" class="et-unit et-${color}${delivery}" data-name="${this.text(unit.name)}"
			data-status="${this.text(unit.occupancy_status)}" title="${this.text(label)}" aria-label="${this.text(label)}"
			>${this.text(unit.room_no)}</button>`;
	},

	card({ unit, people, vehicles }) {
		const facts = [
			[__("Usage"), __(unit.usage)],
			[__("Floor"), unit.floor || ""],
			[__("Billable Area (m²)"), unit.billable_area || ""],
			[__("Handover Status"), __(unit.delivery_status)],
			[__("Deemed Handover Date"), unit.deemed_handover_date && frappe.datetime.str_to_user(unit.deemed_handover_date)],
			[__("Vehicles"), vehicles.join(", ")],
		].filter(([, value]) => value);
		return `
			<header class="et-head">
				<h3><a href="${frappe.utils.get_form_link("Property Unit", unit.name)}">${this.text(unit.short_label)}</a></h3>
				<span class="et-tag et-${this.colors[unit.occupancy_status] || "vacant"}">${__(unit.occupancy_status)}</span>
				<button type="button" class="btn btn-default btn-sm et-close" aria-label="${__("Close")}">×</button>
			</header>
			${people.length ? "" : `<p class="et-hint">${__("Nobody is registered in this unit.")}</p>`}
			<ul class="et-people">${people.map((one) => this.person(one)).join("")}</ul>
			<dl class="et-facts">${facts.map(([k, v]) => `<dt>${k}</dt><dd>${this.text(v)}</dd>`).join("")}</dl>`;
	},

	person(one) {
		const marks = [one.is_primary && __("Primary Contact"), one.is_debtor && __("Pays the Fees")].filter(Boolean);
		const name = frappe.model.can_read("Resident")
			? `<a href="${frappe.utils.get_form_link("Resident", one.resident)}">${this.text(one.resident_name)}</a>`
			: this.text(one.resident_name);
		const call = one.phone.includes("*") ? this.text(one.phone) : `<a href="tel:${this.text(one.phone)}">${this.text(one.phone)}</a>`;
		return `<li><b>${name}</b> <span class="et-muted">${__(one.relation)}</span>
			${marks.map((mark) => `<span class="et-mark">${mark}</span>`).join("")}<br>${call}</li>`;
	},

	found(hits) {
		if (!hits.length) return `<p class="et-hint">${__("Nothing found. Try the last four digits of the phone, or the unit number.")}</p>`;
		return hits
			.map(
				(hit) => `
			<button type="button" class="et-hit" role="option" data-unit="${this.text(hit.unit)}" ${hit.unit ? "" : "disabled"}>
				<b>${this.text(hit.title)}</b> <span class="et-muted">${this.text(hit.detail)} ${this.text(hit.phone)}</span>
			</button>`
			)
			.join("");
	},
};
