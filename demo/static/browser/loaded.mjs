// Files that belong to this page: each is fetched once, and again only after it failed to come.
import { ReaderError } from "./trouble.mjs";

const GZIP_MAGIC = 0x1f8b;
const TOO_OLD = "This browser is too old for the page: it cannot unpack the recogniser. Please use a newer one.";
const arrived = new Map(); // name -> promise of its bytes

/** A promise of the file's bytes, unpacked; ReaderError, which says whether asking again can help. */
export function loaded(name, sums) {
  if (!arrived.has(name)) {
    arrived.set(name, fetched(name, sums).then(unpacked));
    arrived.get(name).catch((error) => error.passes && arrived.delete(name));
  }
  return arrived.get(name);
}

/** From the browser's own copy; where that is a wrong one, which no reloading would replace, from the server. */
async function fetched(name, integrity) {
  for (const cache of ["default", "reload"]) {
    try {
      const answer = await fetch(new URL(name, import.meta.url), { integrity, cache });
      if (answer.ok) return await answer.arrayBuffer();
    } catch {} // no network, or other content; browsers do not tell which
  }
  throw new ReaderError(`${name} could not be loaded, or was changed since this page was made. Please reload the page.`, true);
}

/** Some files are packed, and some hosts undo that on the way. */
async function unpacked(buffer) {
  if (new DataView(buffer).getUint16(0) !== GZIP_MAGIC) return buffer;
  if (typeof DecompressionStream !== "function") throw new ReaderError(TOO_OLD);
  return new Response(new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
