// A table of digits, a label and 784 pixels a row -> pictures, as core/tables.py reads it.
import { layoutOf, PIXELS, ROW } from "./layout.mjs";
import { SetError } from "./set-error.mjs";
import { cellsOf, decoded, numberOf } from "./text.mjs";

const SIDE_PX = 28;

/** {pixels, width, height, labels, files: ["line 2", ...]}; complaints get a sentence for each row that cannot be read. */
export function rowsOf(called, buffer, complaints) {
  const lines = decoded(new Uint8Array(buffer)).split(/\r\n|\n|\r/).map((line, at) => ({ line, number: at + 1 })).filter(({ line }) => line.trim());
  const layout = layoutOf(called, lines.map(({ line }) => line));
  const labels = [], files = [], rows = [];
  for (const { line, number } of layout.header ? lines.slice(1) : lines) {
    const { problem, label, levels } = rowOf(line, layout);
    if (problem) {
      complaints.add(`Line ${number}: ${problem}`);
      continue;
    }
    labels.push(label);
    files.push(`line ${number}`);
    rows.push(levels);
  }
  if (!rows.length) throw new SetError(`${called}: no row with ${ROW}. ${complaints.sentences.slice(0, 3).join(" ")}`.trim());
  const scale = rows.every((levels) => Math.max(...levels) <= 1) ? 255 : 1; // shares of white, where no row has more
  const pixels = new Uint8Array(PIXELS * rows.length);
  rows.forEach((levels, at) => pixels.set(levels.map((level) => Math.round(level * scale)), PIXELS * at));
  return { pixels, width: SIDE_PX, height: SIDE_PX, labels, files };
}

function rowOf(line, { separator, columns, label: place, pixels }) {
  const cells = cellsOf(line, separator);
  if (cells.length !== columns) return { problem: `expected ${ROW}, found ${cells.length} numbers.` };
  const values = cells.map(numberOf), levels = Float32Array.from(pixels, (at) => values[at]), label = values[place];
  if (Number.isNaN(label) || levels.some(Number.isNaN)) return { problem: "expected numbers, found something else." };
  if (levels.some((level) => level < 0 || level > 255)) return { problem: `expected pixels from 0 to 255, found ${Math.min(...levels)} to ${Math.max(...levels)}.` };
  if (!(Number.isInteger(label) && label >= 0 && label <= 9)) return { problem: `expected a label from 0 to 9, found ${label}.` };
  return { label, levels };
}
