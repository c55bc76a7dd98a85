// Keeps the whole page after the first visit, and what it fetches LATER once it was fetched. VERSION, FILES and LATER, name ->
// SHA-256, are written above by `make space`.
// All files but the page itself lie in a folder named after their content, so that two versions never mix.
const MINE = `digits ${self.registration.scope} `; // several such pages may share a host
const FORMER = /^digits-[0-9a-f]{16}$/; // what earlier workers called their copies
const NAME = MINE + VERSION;
const PAGES = ["", "index.html"];

self.addEventListener("install", (event) => {
  self.skipWaiting(); // tabs with the version before go on with its copy
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(dropOld()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});

self.addEventListener("message", (event) => event.waitUntil(keepLater(nameOf(event.data)).catch(() => {})));

/** A whole copy or none: where a file is not the stated one yet, the next visit tries again. */
async function keep() {
  try {
    const cache = await caches.open(NAME);
    const files = Object.entries(FILES).map(async ([name, integrity]) => cache.put(name, await file(name, integrity)));
    await Promise.all([page().then((response) => cache.put("./", response)), ...files]);
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

/** Beside a whole copy: the browser has the file already, or soon. */
async function keepLater(name) {
  if (!(name in LATER) || !(await caches.has(NAME))) return;
  const cache = await caches.open(NAME);
  if (!(await cache.match(name))) await cache.put(name, await file(name, LATER[name]));
}

/** From the browser's own copy, which saves a second download; where that is a wrong one, from the server. */
async function file(name, integrity) {
  const stored = await fetch(name, { integrity, cache: "default" }).catch(() => null);
  return plain(stored?.ok ? stored : await fetch(name, { integrity, cache: "reload" }));
}

async function page() {
  const response = await plain(await fetch("./", { cache: "reload" }));
  const start = Object.keys(FILES).find((name) => name.endsWith("/main.mjs"));
  if (!(await response.clone().text()).includes(start)) throw new Error("the page is of another version");
  return response;
}

/** Without the mark of a redirection, with which browsers refuse to open a page. */
async function plain(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return new Response(await response.blob(), { headers: { "Content-Type": response.headers.get("Content-Type") ?? "" } });
}

/** Old copies go, but for the newest, which open tabs may still ask for. */
async function dropOld() {
  const names = (await caches.keys()).filter((name) => name !== NAME && (name.startsWith(MINE) || FORMER.test(name)));
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

const nameOf = (url) => new URL(url).pathname.slice(new URL(self.registration.scope).pathname.length);

async function answer(request) {
  const name = nameOf(request.url);
  const kept = await copyOf(request, name).catch(() => undefined); // storage may be forbidden by now
  if (kept) return kept;
  // whoever asked checks the sum; here it would hide a 404 behind an error that looks like no network
  const response = await fetch(name in FILES ? new Request(request, { integrity: "" }) : request);
  if (!response.ok && name in FILES) await caches.delete(NAME).catch(() => {}); // a copy with a hole: reload from the server
  return response;
}

function copyOf(request, name) {
  if (PAGES.includes(name)) return caches.match("./", { cacheName: NAME });
  return caches.match(request, { ignoreSearch: true });
}
