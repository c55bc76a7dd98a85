// The nearest of some pixels to every pixel, exactly: Felzenszwalb and Huttenlocher, Distance Transforms of Sampled
// Functions, 2012; the columns first, then the lower envelope of a parabola for each along the rows.

/** owner: a number at each marked pixel, -1 elsewhere -> {place: the nearest marked pixel's number, distance in px}. */
export function nearest(owner, width, height) {
  const { squared, source } = alongColumns(owner, width, height);
  const place = new Int32Array(owner.length), distance = new Float64Array(owner.length);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    alongRow(squared.subarray(start, start + width), (column, from, value) => {
      place[start + column] = source[start + from] < 0 ? -1 : owner[source[start + from]];
      distance[start + column] = Math.sqrt(value);
    });
  }
  return { place, distance };
}

/** The squared distance to the nearest marked pixel of the same column, and which one that is. */
function alongColumns(owner, width, height) {
  const squared = new Float64Array(owner.length).fill(Infinity), source = new Int32Array(owner.length).fill(-1);
  const pass = (column, rows) => {
    let last = -1;
    for (const row of rows) {
      const at = row * width + column;
      if (owner[at] >= 0) last = row;
      if (last >= 0 && (row - last) ** 2 < squared[at]) {
        squared[at] = (row - last) ** 2;
        source[at] = last * width + column;
      }
    }
  };
  const down = [...Array(height).keys()], up = down.toReversed();
  for (let column = 0; column < width; column++) {
    pass(column, down);
    pass(column, up);
  }
  return { squared, source };
}

/** give(column, the column from which the least value comes, that value) for the least of (x - q)^2 + values[q]. */
function alongRow(values, give) {
  const tops = [], begins = [];
  values.forEach((value, at) => {
    if (value === Infinity) return;
    let meet = -Infinity;
    while (tops.length) {
      const top = tops.at(-1);
      meet = (value + at * at - values[top] - top * top) / (2 * (at - top));
      if (meet > begins.at(-1)) break;
      tops.pop();
      begins.pop();
      meet = -Infinity;
    }
    tops.push(at);
    begins.push(meet);
  });
  let next = 0;
  for (let column = 0; column < values.length; column++) {
    while (next + 1 < tops.length && begins[next + 1] < column) next += 1;
    const from = tops[next] ?? 0;
    give(column, from, tops.length ? (column - from) ** 2 + values[from] : Infinity);
  }
}
