// What this phone keeps: the rounds of whoever was signed in last, records that wait to be sent, and what is entered at a
// point before it is recorded, each with its user.
(function () {
	"use strict";
	const patrol = window.patrol;
	const NAME = "property-patrol";
	const DRAFT_PARTS = ["values", "photo", "fixed_photo"];
	let opened;

	function database() {
		opened =
			opened ||
			new Promise((done, failed) => {
				const request = indexedDB.open(NAME, 1);
				request.onupgradeneeded = () => {
					request.result.createObjectStore("queue", { keyPath: "client_key" });
					request.result.createObjectStore("kept");
				};
				request.onsuccess = () => done(request.result);
				request.onerror = () => failed(request.error);
			});
		return opened;
	}

	// Runs one request in a transaction of its own; resolves once the transaction is complete, so that what is written stays.
	async function run(store, mode, act) {
		const db = await database();
		return new Promise((done, failed) => {
			const transaction = db.transaction(store, mode, { durability: "strict" });
			const request = act(transaction.objectStore(store));
			transaction.oncomplete = () => done(request.result);
			transaction.onabort = transaction.onerror = () => failed(transaction.error);
		});
	}

	const draft_key = (user, task, checkpoint, part) => ["draft", user, task, checkpoint, part];
	const drafts = (...beginning) => IDBKeyRange.bound(["draft", ...beginning], ["draft", ...beginning, []]);

	patrol.store = {
		// {user, full_name, rounds, read_at} of whoever was signed in last
		session: () => run("kept", "readonly", (store) => store.get("session")),
		keep_session: (session) => run("kept", "readwrite", (store) => store.put(session, "session")),
		// Rows {client_key, user, full_name, at, values, photo, fixed_photo, point_name, route_name, refused}, oldest first.
		async queue() {
			const rows = await run("queue", "readonly", (store) => store.getAll());
			return rows.sort((a, b) => a.at - b.at);
		},
		put: (entry) => run("queue", "readwrite", (store) => store.put(entry)),
		drop: (client_key) => run("queue", "readwrite", (store) => store.delete(client_key)),

		// The draft of a point: {values, photo, fixed_photo}, of each what there is. Photos are large, so each part is a row of its own.
		draft: (...place) => ({
			async read() {
				const rows = await Promise.all(DRAFT_PARTS.map((part) => run("kept", "readonly", (store) => store.get(draft_key(...place, part)))));
				return Object.fromEntries(DRAFT_PARTS.map((part, at) => [part, rows[at] && rows[at].value]));
			},
			// until: the moment from which nobody can use it any more
			keep: (part, value, until) => run("kept", "readwrite", (store) => store.put({ until, value }, draft_key(...place, part))),
			drop: () => run("kept", "readwrite", (store) => store.delete(drafts(...place))),
		}),
		drop_old_drafts: (now) =>
			run("kept", "readwrite", (store) => {
				const request = store.openCursor(drafts());
				request.addEventListener("success", () => {
					const cursor = request.result;
					if (!cursor) return;
					if (cursor.value.until < now) cursor.delete();
					cursor.continue();
				});
				return request;
			}),
	};

	// Asks the browser not to clear this away when the phone runs full; records may wait here for days.
	if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
})();
