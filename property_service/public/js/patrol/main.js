// Begins with what this phone has kept, then asks the server; goes on without it.
(function () {
	"use strict";
	const patrol = window.patrol;
	const SYNC_SECONDS = 30;

	// #rounds · #round/NAME · #waiting · #scan/TOKEN
	async function route() {
		const [view, value] = location.hash.slice(1).split("/").map(decodeURIComponent);
		if (view !== "scan") {
			patrol.hide_sheet();
			return patrol.paint();
		}
		history.replaceState(null, "", "/patrol");
		patrol.paint();
		return patrol.on_label(value || "");
	}

	function keep_offline() {
		if (!navigator.serviceWorker) return;
		navigator.serviceWorker.register("/property-sw.js", { scope: "/patrol" }).catch(() => {
			// without https the page works as long as there is a connection; what is recorded is kept all the same
		});
	}

	async function begin() {
		const again = document.getElementById("refresh");
		again.append(patrol.icon("refresh"));
		again.addEventListener("click", () => {
			again.classList.add("turning");
			patrol.sync().finally(() => again.classList.remove("turning"));
		});
		document.getElementById("back").append(patrol.icon("back"));
		document.getElementById("sheet").addEventListener("cancel", (event) => {
			event.preventDefault();
			patrol.close_sheet();
		});
		keep_offline();
		await patrol.load_kept();
		patrol.paint();
		// the rounds of now are needed to know a label by
		const first = patrol.sync();
		if (!patrol.state.session || location.hash.startsWith("#scan")) await first;
		window.addEventListener("hashchange", route);
		window.addEventListener("online", () => patrol.sync());
		document.addEventListener("visibilitychange", () => document.hidden || patrol.sync());
		setInterval(() => {
			const sheet_open = document.getElementById("sheet").open;
			if (!document.hidden && !sheet_open) patrol.sync();
		}, SYNC_SECONDS * 1000);
		document.body.dataset.ready = "yes";
		return route();
	}

	begin();
})();
