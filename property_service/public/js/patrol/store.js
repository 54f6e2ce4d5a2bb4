// What this phone keeps: the rounds of whoever was signed in last, and records that wait to be sent, each with its user.
(function () {
	"use strict";
	const patrol = window.patrol;
	const NAME = "property-patrol";
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
	};

	// Asks the browser not to clear this away when the phone runs full; records may wait here for days.
	if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
})();
