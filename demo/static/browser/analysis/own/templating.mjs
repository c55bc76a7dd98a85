// What Jinja's templates take for granted, for those that demo/space/template_script.py wrote as JavaScript.
import { pngUrl } from "../../png.mjs";

const SEEN_SIDE_PX = 28;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;" };

/** HTML that a template made; every other text is escaped. */
export class Safe {
  constructor(html) {
    this.html = html;
  }

  toString() {
    return this.html;
  }
}

export const escape = (text) => String(text).replace(/[&<>'"]/g, (letter) => ENTITIES[letter]);
export const out = (value) => (value instanceof Safe ? value.html : escape(value));
export const concat = (...parts) =>
  parts.some((part) => part instanceof Safe) ? new Safe(parts.map(out).join("")) : parts.map(String).join("");
export const add = (one, other) => (Array.isArray(one) ? [...one, ...other] : one + other);
export const range = (count) => Array.from({ length: count }, (_, at) => at);

/** As Python has it: what is empty is false, too. */
export function truthy(value) {
  if (value instanceof Safe) return value.html !== "";
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

export const either = (one, other) => (truthy(one) ? one : other());
export const both = (one, other) => (truthy(one) ? other() : one);
export const same = (one, other) =>
  Array.isArray(one) && Array.isArray(other) ? one.length === other.length && one.every((part, at) => same(part, other[at])) : one === other;
export const within = (part, whole) => (typeof whole === "string" || Array.isArray(whole) ? whole.includes(part) : Object.hasOwn(whole, part));

/** A value's part of that name; an error for one that nobody gave. */
export function get(value, name) {
  const found = value[name];
  if (found === undefined) throw new ReferenceError(`a template asks for ${name}`);
  return found;
}

export const item = (list, key) => (typeof key === "number" && key < 0 ? list[list.length + key] : list[key]);

/** Each element with what Jinja calls `loop`. */
export function* looped(list) {
  const { length } = list;
  for (let at = 0; at < length; at++) yield [{ index0: at, index: at + 1, length, last: at === length - 1 }, list[at]];
}

/** A function of what is given in order and by name, and of the block that calls it. */
export function macro(names, defaults, body) {
  const first = names.length - defaults.length;
  const written = (given, named, caller) =>
    body(caller, ...names.map((name, at) => (at < given.length ? given[at] : Object.hasOwn(named, name) ? named[name] : defaults[at - first])));
  return Object.assign(written, { isMacro: true });
}

/** Functions that are no macros get what is named as their last argument. */
export const call = (asked, given, named, caller) => (asked.isMacro ? asked(given, named, caller) : asked(...given, named));

/** Python's rounding: an exact tie goes to the even digit, where toFixed goes up. */
export function fixed(value, places = 1) {
  const exact = Math.abs(value).toFixed(Math.min(places + 40, 100)), end = exact.length - 40;
  const short = exact.slice(0, end), kept = places ? short : short.replace(".", "");
  const tie = /^50*$/.test(exact.slice(end).replace(".", "")) && Number(kept.at(-1)) % 2 === 0;
  return (value < 0 ? "-" : "") + (tie ? kept : Math.abs(value).toFixed(places));
}

/** Python's `g`: so many digits, none that say nothing. */
export function significant(value, digits = 3) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return bare(value.toFixed(digits - 1 - power));
  return `${bare(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

const percent = (share, places = 2) => `${fixed(share * 100, places)}%`;
const thousands = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

export const filters = {
  against: ({ share, low, high }, widest) => [share, low, high].map((value) => 100 * Math.min(value / Math.max(widest, 1e-9), 1)),
  counted: (count, one, several = "") => `${thousands(count)} ${count === 1 ? one : several || `${one}s`}`,
  data_url: (pixels) => pngUrl({ width: SEEN_SIDE_PX, height: SEEN_SIDE_PX, pixels }),
  fixed,
  float: Number,
  interval: ({ low, high }, places = 2) => `${percent(low, places)} to ${percent(high, places)}`,
  length: ({ length }) => length,
  list: (all) => [...all],
  map: (all) => all.map(String), // "string" is all that is asked for
  max: (all) => Math.max(...all),
  percent,
  quarters: (highest, places = 2) => range(5).map((step) => percent((highest * step) / 4, places)),
  significant,
  thousands,
};
