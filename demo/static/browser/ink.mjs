// Where the ink is on a picture, as demo/ink.py finds it. A picture is {width, height, pixels: Uint8Array}.

/** The picture at most `longest` px a side, averaged, and how many of its px one of the small one is. */
export function shrink({ width, height, pixels }, longest) {
  const step = Math.max(1, Math.max(width, height) / longest);
  if (step === 1) return { small: { width, height, pixels }, step };
  const size = { width: Math.max(1, even(width / step)), height: Math.max(1, even(height / step)) };
  const rows = averaged(pixels, width, size.width, height, (line, at) => line * width + at);
  const small = averaged(rows, height, size.height, size.width, (line, at) => at * size.width + line);
  return { small: { ...size, pixels: transposed(small, size.height, size.width) }, step };
}

/** Each of `lines` lines of `from` values -> `to` averages; `place` says where value `at` of a line lies. */
function averaged(values, from, to, lines, place) {
  const out = new Uint8Array(lines * to);
  const scale = from / to;
  for (let to_ = 0; to_ < to; to_++) {
    const centre = (to_ + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - scale / 2 + 0.5));
    const end = Math.min(from, Math.trunc(centre + scale / 2 + 0.5));
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let at = first; at < end; at++) sum += values[place(line, at)];
      out[line * to + to_] = Math.round(sum / (end - first));
    }
  }
  return out;
}

function transposed(values, height, width) {
  const out = new Uint8Array(values.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) out[row * width + column] = values[column * height + row];
  return out;
}

/** {mask: 1 on ink, paper: what lies below}, both height * width bytes; null where nothing stands out. */
export function findInk({ width, height, pixels }, { PAPER_WINDOW, INK_LEVEL, FAINTEST }) {
  let level = Float32Array.from(pixels);
  const [least, most] = extremes(level);
  const lightPaper = median(border(level, width, height)) > (least + most) / 2;
  if (lightPaper) level = level.map((value) => 255 - value); // ink counts upwards
  const paper = findPaper(level, width, height, PAPER_WINDOW, FAINTEST);
  const raised = level.map((value, at) => value - paper[at]);
  const strongest = quantile(raised, 0.999);
  if (strongest < FAINTEST) return null;
  return {
    mask: Uint8Array.from(raised, (value) => (value > Math.fround(INK_LEVEL * strongest) ? 1 : 0)),
    paper: Uint8Array.from(paper, (value) => even(lightPaper ? 255 - value : value)),
  };
}

function findPaper(level, width, height, share, faintest) {
  const edge = border(level, width, height);
  const [least, most] = extremes(edge);
  if (most - least < faintest) return new Float32Array(level.length).fill(median(edge));
  const side = Math.max(3, Math.trunc(share * Math.max(width, height)));
  const paper = filtered(level, width, height, side, minimum);
  return filtered(paper, width, height, side, mean);
}

/** Along the rows, then along the columns; beyond the border the picture is mirrored. */
function filtered(level, width, height, side, along) {
  const out = new Float32Array(level.length);
  const column = new Float32Array(height);
  for (let at = 0; at < width; at++) {
    for (let row = 0; row < height; row++) column[row] = level[row * width + at];
    along(column, side).forEach((value, row) => (out[row * width + at] = value));
  }
  for (let row = 0; row < height; row++) {
    const line = out.subarray(row * width, (row + 1) * width);
    line.set(along(line.slice(), side));
  }
  return out;
}

function mirrored(line, side) {
  const before = side >> 1, period = 2 * line.length;
  return Float32Array.from({ length: line.length + side - 1 }, (_, at) => {
    const place = (((at - before) % period) + period) % period;
    return line[place < line.length ? place : period - 1 - place];
  });
}

function minimum(line, side) {
  const long = mirrored(line, side);
  const falling = []; // places in the window whose values no later one undercuts, the least first
  let first = 0;
  return long
    .map((value, at) => {
      while (falling.length > first && long[falling.at(-1)] >= value) falling.pop();
      falling.push(at);
      if (falling[first] <= at - side) first += 1;
      return long[falling[first]];
    })
    .subarray(side - 1);
}

function mean(line, side) {
  const long = mirrored(line, side);
  let sum = 0;
  for (let at = 0; at < side - 1; at++) sum += long[at];
  return line.map((_, at) => {
    sum += long[at + side - 1];
    const value = sum / side;
    sum -= long[at];
    return value;
  });
}

function border(level, width, height) {
  const edge = [...level.subarray(0, width), ...level.subarray((height - 1) * width)];
  for (let row = 0; row < height; row++) edge.push(level[row * width], level[row * width + width - 1]);
  return edge;
}

function extremes(values) {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
}

const median = (values) => quantile(values, 0.5);

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1), below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

/** Rounded to the nearest whole number, halves to the even one, as NumPy does. */
export function even(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}
