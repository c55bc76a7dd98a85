// Keeps a copy of the page for later visits, where the browser lets pages keep anything.

export function keepCopy() {
  try {
    navigator.serviceWorker?.register("worker.js", { updateViaCache: "none" }).catch(() => {});
  } catch {} // a frame in which even asking is forbidden
}

/** A file that is not kept before somebody asks for it: its address. */
export function keepLater(url) {
  try {
    navigator.serviceWorker?.ready.then(({ active }) => active.postMessage(url)).catch(() => {});
  } catch {}
}
