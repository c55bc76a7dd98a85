// Where a table of digits keeps its labels and pixels, as core/table_layout.py finds out: or it is refused.
import { SetError } from "./set-error.mjs";
import { cellsOf, numberOf, separatorOf } from "./text.mjs";

export const PIXELS = 784;
export const ROW = `a label and ${PIXELS} pixels`;
const LABEL_NAMES = ["label", "class", "digit", "target", "y"];
const PIXEL_NAME = /^\D*[0-9]+(?:\D+[0-9]+)?\D*$/; // pixel17, p17, 17, 3x14
const ADD_HEADER = "Please add a first line that names the columns, the label's column 'label'.";

/** {separator, header: whether one stands first, columns: how many, label: a place, pixels: places} of lines that are not empty. */
export function layoutOf(called, lines) {
  const separator = separatorOf(lines[0] ?? ""), names = cellsOf(lines[0] ?? "", separator);
  if (names.some((name) => Number.isNaN(numberOf(name)))) return fromHeader(called, separator, names.map((name) => name.toLowerCase()));
  const label = placeOfLabel(called, lines.map((line) => cellsOf(line, separator)));
  return { separator, header: false, columns: PIXELS + 1, label, pixels: places(PIXELS + 1).filter((place) => place !== label) };
}

const places = (count) => [...Array(count).keys()];

function fromHeader(called, separator, names) {
  const refused = (what) => new SetError(`${called}: ${what}`);
  const labels = places(names.length).filter((place) => LABEL_NAMES.includes(names[place]));
  if (labels.length > 1) throw refused(`${labels.length} columns are named ${labels.map((place) => names[place]).join(", ")}; expected one.`);
  const pixels = places(names.length).filter((place) => PIXEL_NAME.test(names[place]));
  const rest = places(names.length).filter((place) => !pixels.includes(place));
  const [label] = labels.length ? labels : names.length === PIXELS + 1 && rest.length === 1 ? rest : [];
  if (label === undefined) throw refused(`no column is named label; expected ${ROW} in ${PIXELS + 1} columns, found ${names.length}.`);
  if (pixels.length !== PIXELS && names.length === PIXELS + 1)
    return { separator, header: true, columns: names.length, label, pixels: places(names.length).filter((place) => place !== label) };
  if (pixels.length !== PIXELS) throw refused(`expected ${ROW}, found ${pixels.length} columns named like pixels among ${names.length}.`);
  const numbers = new Map(pixels.map((place) => [place, names[place].match(/[0-9]+/g).map(Number)]));
  if (new Set([...numbers.values()].map(({ length }) => length)).size === 1)
    pixels.sort((one, other) => numbers.get(one)[0] - numbers.get(other)[0] || (numbers.get(one)[1] ?? 0) - (numbers.get(other)[1] ?? 0));
  return { separator, header: true, columns: names.length, label, pixels };
}

/** 0 or 784: the one that is 0 to 9 in all rows, and not the same in all. */
function placeOfLabel(called, rows) {
  const whole = rows.filter(({ length }) => length === PIXELS + 1);
  if (!whole.length) throw new SetError(`${called}: no row with ${ROW}; the first has ${rows[0]?.length ?? 0} numbers.`);
  const ends = new Map([0, PIXELS].map((place) => [place, new Set(whole.map((cells) => numberOf(cells[place])).filter((value) => !Number.isNaN(value)))]));
  let fit = [...ends.keys()].filter((place) => [...ends.get(place)].every((value) => Number.isInteger(value) && value >= 0 && value <= 9));
  if (fit.length === 2) {
    const best = Math.max(...fit.map((place) => rank(ends.get(place))));
    fit = fit.filter((place) => rank(ends.get(place)) === best);
  }
  if (fit.length === 1) return fit[0];
  const which = fit.length ? "may be either" : "is neither, since it should be 0 to 9 in every row";
  throw new SetError(`${called}: expected the label first or last in each row, and it ${which}. ${ADD_HEADER}`);
}

/** How much values look like labels: more than one of them, and others than a bit's 0 and 1. */
const rank = (values) => (values.size > 1 ? 2 : 0) + (Math.max(...values) > 1 ? 1 : 0);
