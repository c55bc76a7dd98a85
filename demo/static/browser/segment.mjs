// The digits of a number on one picture, as demo/segment.py finds them, by the same constants.
import { nearest } from "./distance.mjs";
import { even, findInk, shrink } from "./ink.mjs";

/** Lines from top to bottom, each from left to right, of {box: [top, left, bottom, right], picture, joined, lined}. */
export function segments(picture, constants) {
  const { small, step } = shrink(picture, constants.WORK_PX);
  const ink = findInk(small, constants);
  if (!ink) return [];
  const { labels, boxes } = connected(ink.mask, small.width, small.height);
  const all = strokes(boxes, constants);
  const written = withoutLines(all, constants);
  const parts = digits(written, { labels, ...small }, constants);
  if (parts.length > constants.MOST_DIGITS) return [];
  const { place } = nearest(owners(labels, parts), small.width, small.height);
  const alone = (...kept) => {
    const mine = kept.map((part) => parts.indexOf(part));
    const part = cut(around(kept), (pixel) => mine.includes(place[pixel]), small, ink.paper, step, constants.MARGIN);
    return { ...part, lined: written.length < all.length };
  };
  return lines(parts).map((line) => withNext(line, alone, constants.CLOSE));
}

function withNext(line, alone, CLOSE) {
  const near = CLOSE * Math.max(...line.map(tall));
  return line.map((part, at) => {
    const right = line[at + 1];
    const joined = right && right.box[1] - part.box[3] <= near ? alone(part, right) : null;
    return { ...alone(part), joined };
  });
}

function around(parts) {
  const box = [...parts[0].box];
  parts.forEach((part) => grow(box, part.box));
  return box;
}

/** Number of the connected stroke at each pixel, 0 on paper, and the box of each; diagonals connect. */
function connected(mask, width, height) {
  const labels = new Int32Array(mask.length);
  const boxes = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || labels[start]) continue;
    const box = [height, width, 0, 0], number = boxes.push(box), waiting = [start];
    labels[start] = number;
    while (waiting.length) {
      const at = waiting.pop(), row = Math.trunc(at / width), column = at % width;
      grow(box, [row, column, row + 1, column + 1]);
      for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, height - 1); y++)
        for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, width - 1); x++)
          if (mask[y * width + x] && !labels[y * width + x]) {
            labels[y * width + x] = number;
            waiting.push(y * width + x);
          }
    }
  }
  return { labels, boxes };
}

function grow(box, [top, left, bottom, right]) {
  box[0] = Math.min(box[0], top);
  box[1] = Math.min(box[1], left);
  box[2] = Math.max(box[2], bottom);
  box[3] = Math.max(box[3], right);
}

const tall = ({ box }) => box[2] - box[0];
const wide = ({ box }) => box[3] - box[1];
const longer = (part) => Math.max(tall(part), wide(part));

function together(one, other) {
  return { box: around([one, other]), numbers: [...one.numbers, ...other.numbers] };
}

/** Connected strokes, dirt left out. */
function strokes(boxes, { SPECK }) {
  const parts = boxes.map((box, at) => ({ box, numbers: [at + 1] }));
  const tallest = Math.max(0, ...parts.map(tall));
  return parts.filter((part) => longer(part) >= Math.max(2, SPECK * tallest));
}

/** Leave out lines below and above what is written. */
function withoutLines(parts, { FLAT, UNDERLINE, OVERLINE }) {
  const isFlat = (part) => wide(part) >= FLAT * tall(part);
  const written = parts.filter((part) => !isFlat(part));
  const tallest = Math.max(0, ...written.map(tall));
  const isLine = (flat) => {
    const met = written.filter(({ box }) => Math.min(box[3], flat.box[3]) > Math.max(box[1], flat.box[1]));
    const below = met.every(({ box }) => box[0] + box[2] < flat.box[0] + flat.box[2]);
    return met.length > 0 && wide(flat) >= (below ? UNDERLINE : OVERLINE) * tallest;
  };
  return parts.filter((part) => !isFlat(part) || !isLine(part));
}

function digits(parts, found, constants) {
  if (parts.length > 2 * constants.MOST_DIGITS) return parts;
  const tallest = Math.max(0, ...parts.map(tall));
  return attach(stack(parts, tallest, constants), found, tallest, constants);
}

function stack(parts, tallest, constants) {
  const waiting = parts.toSorted((one, other) => one.box[1] - other.box[1]);
  const joined = [];
  while (waiting.length) {
    const part = waiting.shift();
    const mate = waiting.findIndex((other) => sameDigit(part, other, tallest, constants));
    if (mate < 0) joined.push(part);
    else waiting.unshift(together(part, waiting.splice(mate, 1)[0]));
  }
  return joined;
}

function sameDigit(one, other, tallest, { INSIDE, OVERLAP, STACKED_GAP, WHOLE }) {
  const shared = Math.min(one.box[3], other.box[3]) - Math.max(one.box[1], other.box[1]);
  const gap = Math.max(one.box[0], other.box[0]) - Math.min(one.box[2], other.box[2]);
  const narrower = Math.min(wide(one), wide(other)), lower = Math.min(tall(one), tall(other));
  if (gap < 0 && shared >= INSIDE * narrower) return true;
  return shared >= OVERLAP * narrower && gap < STACKED_GAP * Math.max(tall(one), tall(other)) && lower < WHOLE * tallest;
}

function attach(parts, { labels, width, height }, tallest, { PIECE, SHORT, STROKE, NEAR, LOOSE }) {
  const isPiece = (part) => tall(part) < (wide(part) < STROKE * tall(part) ? SHORT : PIECE) * tallest;
  const hosts = parts.filter((part) => !isPiece(part));
  const pieces = parts.filter(isPiece);
  if (!pieces.length) return parts;
  const { place, distance } = nearest(owners(labels, hosts), width, height);
  const alone = [];
  for (const piece of pieces) {
    let at = -1;
    labels.forEach((number, pixel) => {
      if (piece.numbers.includes(number) && (at < 0 || distance[pixel] < distance[at])) at = pixel;
    });
    const host = place[at];
    if (distance[at] <= NEAR * tall(hosts[host])) hosts[host] = together(hosts[host], piece);
    else if (longer(piece) >= LOOSE * tallest) alone.push(piece);
  }
  return [...hosts, ...alone];
}

function lines(parts) {
  const found = [];
  for (const part of parts.toSorted((one, other) => tall(other) - tall(one))) {
    const middle = (part.box[0] + part.box[2]) / 2;
    const line = found.find(([first]) => first.box[0] <= middle && middle < first.box[2]);
    if (line) line.push(part);
    else found.push([part]);
  }
  found.sort((one, other) => one[0].box[0] - other[0].box[0]);
  return found.map((line) => line.toSorted((one, other) => one.box[1] - other.box[1]));
}

function owners(labels, parts) {
  const owner = new Map(parts.flatMap((part, at) => part.numbers.map((number) => [number, at])));
  return Int32Array.from(labels, (number) => owner.get(number) ?? -1);
}

/** What lies in a box, with paper around it and in the place of all pixels that are not mine. */
export function cut(box, mine, { width, height, pixels }, paper, step, MARGIN) {
  const [top, left, bottom, right] = box;
  const margin = Math.max(2, even(MARGIN * Math.max(bottom - top, right - left)));
  const size = { width: right - left + 2 * margin, height: bottom - top + 2 * margin };
  const alone = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row++)
    for (let column = 0; column < size.width; column++) {
      const y = Math.min(Math.max(top - margin + row, 0), height - 1);
      const x = Math.min(Math.max(left - margin + column, 0), width - 1);
      alone[row * size.width + column] = (mine(y * width + x) ? pixels : paper)[y * width + x];
    }
  return { box: box.map((edge) => even(edge * step)), picture: { ...size, pixels: alone } };
}
