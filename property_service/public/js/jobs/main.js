// Which view the address asks for; fresh data when the page is looked at again.
(function () {
	"use strict";
	const jobs = window.jobs;
	const REFRESH_SECONDS = 60;

	// #mine · #pool · #team · #job/NAME · #job/NAME/act
	async function route() {
		const [view, name, act] = location.hash.slice(1).split("/").map(decodeURIComponent);
		if (view !== "job" || !name) {
			jobs.hide_sheet();
			jobs.lists.current = jobs.lists.names.includes(view) ? view : "mine";
			document.body.dataset.view = "list";
			jobs.open_name = null;
			document.getElementById("job").replaceChildren(nothing_open());
			jobs.lists.paint();
			return;
		}
		document.body.dataset.view = "job";
		if (!act) jobs.hide_sheet();
		const job = await jobs.open_job(name, !act);
		if (!act || !job || !jobs.sheets[act]) return;
		if (job.acts.includes(act)) jobs.sheets[act](job);
		else history.replaceState(null, "", `#job/${encodeURIComponent(name)}`);
	}

	function nothing_open() {
		return jobs.h("div.empty.wide-only", null, jobs.icon("tool"), jobs.h("p", null, __("Choose a job from the list.")));
	}

	function refresh() {
		if (document.hidden) return;
		jobs.lists.load_all();
		const sheet_open = document.getElementById("sheet").open;
		if (jobs.open_name && !sheet_open) jobs.open_job(jobs.open_name, true);
	}

	function begin() {
		const again = document.getElementById("refresh");
		again.append(jobs.icon("refresh"));
		again.addEventListener("click", async () => {
			again.classList.add("turning");
			refresh();
			setTimeout(() => again.classList.remove("turning"), 700);
		});
		document.getElementById("sheet").addEventListener("cancel", (event) => {
			event.preventDefault();
			jobs.close_sheet();
		});
		window.addEventListener("hashchange", route);
		window.addEventListener("online", refresh);
		document.addEventListener("visibilitychange", refresh);
		setInterval(refresh, REFRESH_SECONDS * 1000);
		jobs.lists.paint_duty();
		jobs.lists.current = "mine";
		// Codes and notices lead to /jobs?name=…
		const wanted = new URLSearchParams(location.search).get("name");
		if (wanted && !location.hash) history.replaceState(null, "", `/jobs#job/${encodeURIComponent(wanted)}`);
		route();
		jobs.lists.load_all();
	}

	begin();
})();
