// An open repair looks for news every twenty seconds while somebody is looking; forms being filled stay as they are.
(() => {
	"use strict";
	const EVERY = 20000;
	async function look() {
		if (document.hidden) return;
		try {
			const url = new URL(location.href);
			url.searchParams.delete("thanks");
			url.searchParams.delete("done");
			const answer = await fetch(url, { headers: { Accept: "text/html" } });
			if (!answer.ok || answer.redirected) return;
			const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
			for (const id of ["live", "steps"]) {
				const now = document.getElementById(id);
				const then = fresh.getElementById(id);
				if (now && then && now.innerHTML !== then.innerHTML) now.innerHTML = then.innerHTML;
			}
			const acts = document.getElementById("acts");
			const better = fresh.getElementById("acts");
			const busy = acts && (acts.contains(document.activeElement) || acts.querySelector("details[open]"));
			if (better && !busy && acts.dataset.acts !== better.dataset.acts) acts.replaceWith(better);
		} catch (error) {
			// No connection just now: the page stays, the next look may succeed.
		}
	}
	setInterval(look, EVERY);
	document.addEventListener("visibilitychange", look);
})();
