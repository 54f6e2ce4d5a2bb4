// The realtime relay:  node relay.mjs SITE WEB_URL REDIS_URL PORT
//
// The site's processes publish events on the Redis channel "events" as {event, message, room, namespace}; browsers
// that are signed in get those of the rooms they joined. Who someone is, and what he may read, only the site says.
import { createServer } from "node:http";
import { createClient } from "redis";
import { Server } from "socket.io";

const [site, web, redisUrl, port] = process.argv.slice(2);

async function ask(method, cookie, query = {}) {
	const url = new URL(`/api/method/frappe.realtime.${method}`, web);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	const answer = await fetch(url, { headers: { cookie, accept: "application/json" } });
	return answer.ok ? (await answer.json()).message : undefined;
}

const server = createServer();
const io = new Server(server, { transports: ["polling"], allowUpgrades: false, serveClient: false });
const namespace = io.of(`/${site}`);

namespace.use(async (socket, next) => {
	const { cookie = "", origin, host } = socket.request.headers;
	try {
		if (origin && new URL(origin).host !== host) return next(new Error("foreign origin"));
		const who = await ask("get_user_info", cookie);
		if (!who?.user || who.user === "Guest") return next(new Error("not signed in"));
		Object.assign(socket.data, { cookie, user: who.user, desk: who.user_type === "System User" });
		next();
	} catch {
		next(new Error("the site does not answer"));
	}
});

namespace.on("connection", (socket) => {
	const { cookie, user, desk } = socket.data;
	socket.join([`user:${user}`, "website", ...(desk ? ["all"] : [])]);

	async function mayRead(method, query) {
		try {
			return Boolean(await ask(method, cookie, query));
		} catch {
			return false;
		}
	}
	// one after the other: who leaves a room right after asking for it must not end up in it
	let before = Promise.resolve();
	function on(event, act) {
		socket.on(event, (...args) => {
			before = before.then(() => act(...args)).catch(() => {});
		});
	}
	const docQuery = (doctype, docname) => ({ doctype: String(doctype), docname: String(docname) });

	on("doctype_subscribe", async (doctype) => {
		if (await mayRead("can_subscribe_doctype", { doctype: String(doctype) })) socket.join(`doctype:${doctype}`);
	});
	on("doctype_unsubscribe", (doctype) => socket.leave(`doctype:${doctype}`));
	for (const event of ["doc_subscribe", "doc_open"]) {
		on(event, async (doctype, docname) => {
			const prefix = event === "doc_open" ? "open_doc" : "doc";
			if (await mayRead("can_subscribe_doc", docQuery(doctype, docname))) {
				socket.join(`${prefix}:${doctype}/${docname}`);
				if (prefix === "open_doc") tellViewers(doctype, docname);
			}
		});
	}
	on("doc_unsubscribe", (doctype, docname) => socket.leave(`doc:${doctype}/${docname}`));
	on("doc_close", (doctype, docname) => {
		socket.leave(`open_doc:${doctype}/${docname}`);
		tellViewers(doctype, docname);
	});
	// a task's id is random and known only to the one who started it
	for (const event of ["task_subscribe", "progress_subscribe"]) {
		on(event, (id) => socket.join(`task_progress:${id}`));
	}
	on("task_unsubscribe", (id) => socket.leave(`task_progress:${id}`));
	socket.on("disconnecting", () => {
		for (const room of socket.rooms) {
			const [, doctype, docname] = /^open_doc:([^/]+)\/(.+)$/s.exec(room) ?? [];
			if (doctype) setImmediate(tellViewers, doctype, docname);
		}
	});
});

async function tellViewers(doctype, docname) {
	const room = `open_doc:${doctype}/${docname}`;
	const sockets = await namespace.in(room).fetchSockets();
	const users = [...new Set(sockets.map((socket) => socket.data.user))].sort();
	namespace.to(room).emit("doc_viewers", { doctype, docname, users });
}

const subscriber = createClient({ url: redisUrl });
subscriber.on("error", () => {}); // it connects again by itself
await subscriber.connect();
await subscriber.subscribe("events", (text) => {
	const { event, message, room, namespace: from } = JSON.parse(text);
	if (from === site && room) namespace.to(room).emit(event, message);
});

server.listen(Number(port), "127.0.0.1");
