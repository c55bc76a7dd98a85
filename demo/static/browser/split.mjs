// Ink in one piece that may be two digits which touch, cut as demo/split.py cuts it, by the same constants.
import { even, findInk } from "./ink.mjs";
import { cut } from "./segment.mjs";

/** [left, right], each {box, picture}, for each likely cut of one piece of ink, the likeliest first; a ring is not opened. */
export function halves({ box: place, picture }, ring, constants) {
  const ink = findInk(picture, constants);
  if (!ink) return [];
  const { width, height } = picture;
  const whole = extent(ink.mask, width, () => true);
  const [top, left, bottom, right] = whole, tall = bottom - top;
  const inked = (row, column) => ink.mask[(row + top) * width + column + left];
  const found = [];
  for (const { column, slant } of cuts(inked, tall, right - left, ring, constants)) {
    const side = Int8Array.from(ink.mask, (_, at) => {
      const row = Math.trunc(at / width) - top;
      return (at % width) - left < column + lean(row, tall, slant) ? 0 : 1;
    });
    const boxes = [0, 1].map((which) => extent(ink.mask, width, (at) => side[at] === which));
    if (!boxes.every((box) => box && box[2] - box[0] >= constants.LOWEST * tall)) continue;
    const parts = boxes.map((box, at) => cut(box, (pixel) => side[pixel] === at, picture, ink.paper, 1, constants.MARGIN));
    found.push(parts.map((part) => ({ box: placed(part.box, whole, place), picture: part.picture })));
  }
  return found;
}

/** The box of the ink that is wanted; null where there is none. */
function extent(mask, width, wanted) {
  const box = [Infinity, Infinity, 0, 0];
  mask.forEach((ink, at) => {
    if (!ink || !wanted(at)) return;
    const row = Math.trunc(at / width), column = at % width;
    box[0] = Math.min(box[0], row);
    box[1] = Math.min(box[1], column);
    box[2] = Math.max(box[2], row + 1);
    box[3] = Math.max(box[3], column + 1);
  });
  return box[2] ? box : null;
}

/** How far a leaning cut lies right of its middle in a row, in px. */
const lean = (row, height, slant) => Math.floor(((height - 2 * row) * slant) / 8);

/** The cuts that cross the least ink, of equal ones the middle one first. */
function cuts(inked, height, width, ring, { SLANTS, OUTER, CROSSED, APART, MOST_CUTS }) {
  const outer = Math.trunc(OUTER * width), found = [];
  for (let slant = -SLANTS; slant <= SLANTS; slant++)
    for (let column = outer; column < width - outer; column++) {
      let crossed = 0, times = 0, before = 0;
      for (let row = 0; row < height; row++) {
        const at = column + lean(row, height, slant);
        const ink = at >= 0 && at < width ? inked(row, at) : 0;
        crossed += ink;
        times += ink && !before ? 1 : 0;
        before = ink;
      }
      found.push({ crossed: ring && times > 1 ? height : crossed, column, slant });
    }
  const off = ({ column }) => Math.abs(2 * column - width);
  const leaning = ({ slant }) => Math.abs(slant);
  found.sort((a, b) => a.crossed - b.crossed || off(a) - off(b) || leaning(a) - leaning(b));
  const chosen = [];
  for (const one of found) {
    if (one.crossed > CROSSED * height || chosen.length === MOST_CUTS) break;
    if (chosen.every(({ column }) => Math.abs(one.column - column) > APART * width)) chosen.push(one);
  }
  return chosen;
}

/** A box, given the one of all ink on the same picture and where on another picture that one lies. */
function placed(box, whole, place) {
  const scales = [0, 1].map((side) => (place[side + 2] - place[side]) / (whole[side + 2] - whole[side]));
  return box.map((edge, at) => even((edge - whole[at % 2]) * scales[at % 2]) + place[at % 2]);
}
