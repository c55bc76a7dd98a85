// The files of a zip: PKWARE's APPNOTE 6.3, packed by deflate or not at all.
import { checksum } from "../../png.mjs";
import { SetError } from "./set-error.mjs";

const END = 0x06054b50, ENTRY = 0x02014b50, END_BYTES = 22, ENTRY_BYTES = 46, FILE_BYTES = 30;
const MOST_COMMENT = 65_535;
const STORED = 0, DEFLATED = 8, ENCRYPTED = 1;

/** Map: name -> a function whose promise gives the bytes, empty where damaged. limits: {files, bytes}, of what is unpacked. */
export function unzipped(called, buffer, limits) {
  const view = new DataView(buffer), files = new Map();
  let at = start(view), total = 0;
  if (at === null) throw new SetError(`${called} is not a whole zip file; please pack it again.`);
  const { count, place } = at;
  at = place;
  for (let left = count; left > 0; left--) {
    if (at + ENTRY_BYTES > buffer.byteLength || view.getUint32(at, true) !== ENTRY) throw new SetError(`${called} is not a whole zip file; please pack it again.`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [sum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
    const [letters, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(new Uint8Array(buffer, at + ENTRY_BYTES, Math.min(letters, buffer.byteLength - at - ENTRY_BYTES)));
    const entry = { flags, method, sum, packed, size, head: view.getUint32(at + 42, true) };
    total += size;
    if (!name.endsWith("/")) files.set(name, () => content(view, entry).catch(() => new Uint8Array()));
    at += ENTRY_BYTES + letters + extra + comment;
  }
  if (total > limits.bytes || count > limits.files)
    throw new SetError(
      `${called} unpacks to ${(total / 2 ** 20).toFixed(0)} MB in ${count.toLocaleString("en")} files; at most ${limits.bytes / 2 ** 20} MB and ` +
        `${limits.files.toLocaleString("en")} are read. Please send a part of it.`,
    );
  return files;
}

/** Where the list of files begins, and how many it has; null for no zip. */
function start(view) {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - MOST_COMMENT); at--)
    if (view.getUint32(at, true) === END) return { count: view.getUint16(at + 10, true), place: view.getUint32(at + 16, true) };
  return null;
}

/** A file's bytes; an error for what is damaged, encrypted, or packed in another way. */
async function content(view, { flags, method, sum, packed, size, head }) {
  const begin = head + FILE_BYTES + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
  const raw = new Uint8Array(view.buffer, begin, packed);
  if (flags & ENCRYPTED || ![STORED, DEFLATED].includes(method)) throw new Error();
  const bytes = method === STORED ? raw : await inflated(raw, size);
  if (bytes.length !== size || checksum(bytes) !== sum) throw new Error();
  return bytes;
}

/** Not more than the file says that it has, whatever is in it. */
async function inflated(raw, size) {
  const bytes = new Uint8Array(size), reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let at = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (at + value.length > size) throw new Error(await reader.cancel());
    bytes.set(value, at);
    at += value.length;
  }
  return bytes.subarray(0, at);
}
