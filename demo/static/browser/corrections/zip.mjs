// Files -> one zip, as they are: PKWARE's APPNOTE 6.3, without packing, since pictures are packed already.
import { checksum } from "../png.mjs";

const FILE = 0x04034b50, ENTRY = 0x02014b50, END = 0x06054b50; // signatures
const VERSION = 20, UTF8 = 0x0800, FIRST_DAY = 0x0021; // 1 January 1980: when something was corrected stands nowhere

/** [[name, bytes], ...] as the bytes of a zip file. */
export function zipped(files) {
  const parts = [], entries = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const letters = new TextEncoder().encode(name);
    const told = [VERSION, UTF8, 0, 0, FIRST_DAY].map((value) => [value, 2]);
    told.push([checksum(bytes), 4], [bytes.length, 4], [bytes.length, 4], [letters.length, 2], [0, 2]);
    const head = joined([fields([FILE, 4], ...told), letters]);
    entries.push(fields([ENTRY, 4], [VERSION, 2], ...told, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), letters);
    parts.push(head, bytes);
    at += head.length + bytes.length;
  }
  const list = joined(entries);
  const end = fields([END, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [list.length, 4], [at, 4], [0, 2]);
  return joined([...parts, list, end]);
}

/** [value, how many bytes], the lowest byte first. */
function fields(...told) {
  return Uint8Array.from(told.flatMap(([value, count]) => Array.from({ length: count }, (_, place) => (value >>> (8 * place)) & 255)));
}

/** Arrays of bytes as one. */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
