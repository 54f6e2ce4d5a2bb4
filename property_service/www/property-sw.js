// Keeps the shell of the patrol page for places without reception: the page itself, its scripts and styles, nobody's data.
"use strict";
const SHELL = "property-patrol-shell";
const PAGE = "/patrol";
const ASSETS = "/assets/property_service/";
const PAGE_SECONDS = 8;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
	if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event.request));
	else if (url.pathname.startsWith(ASSETS)) event.respondWith(asset(event.request));
});

// The server's own answer wherever there is one: only it knows who is signed in.
async function page(request) {
	const kept = async () => (await caches.open(SHELL)).match(PAGE);
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), PAGE_SECONDS * 1000);
	try {
		const answer = await fetch(request, { signal: abort.signal });
		return answer.status >= 500 ? (await kept()) || answer : answer;
	} catch (error) {
		const shell = await kept();
		if (shell) return shell;
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

async function asset(request) {
	return (await (await caches.open(SHELL)).match(request)) || fetch(request);
}
