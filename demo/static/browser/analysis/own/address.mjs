// An address of the analysis for a set of one's own: its parts as numbers and texts, and links to every other view.

const NUMBERS = ["truth", "answer", "page", "picture"];
const STARTS_ANEW = { page: 0, picture: null }; // what another filter makes meaningless

/** parts: as texts, see addresses.mjs; href: a function of such parts. Null where a number is none. */
export function ownAddress(parts, href) {
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, parts[name] === "" ? null : Number(parts[name])]));
  if (Object.values(numbers).some((value) => value !== null && !(Number.isInteger(value) && value >= 0))) return null;
  const address = { ...parts, ...numbers, served: true };
  return { ...address, href: href(parts), to: (changes) => ownAddress(texts({ ...address, ...STARTS_ANEW, ...changes }, parts), href) };
}

const texts = (address, names) => Object.fromEntries(Object.keys(names).map((name) => [name, address[name] === null ? "" : String(address[name])]));
