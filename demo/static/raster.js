"use strict";
// Strokes -> grey pixels by arithmetic: the same in every browser, also in one that keeps pages from reading a canvas.

const LEAST_STEP_PX = 1; // points nearer than this to the one before change nothing that can be seen

/** What is left after the last clearing. */
function sinceClear(operations) {
  return operations.slice(operations.findLastIndex(({ kind }) => kind === "clear") + 1);
}

/** (side * side) bytes, 255 paper and 0 ink, of strokes and erasures in a space of `side` px a side. */
function rasterise(operations, side) {
  const pixels = new Uint8Array(side * side).fill(255);
  for (const { kind, width, points } of sinceClear(operations)) {
    const level = kind === "erase" ? 255 : 0;
    const shares = covered(points, width / 2, side);
    for (let at = 0; at < pixels.length; at++)
      if (shares[at]) pixels[at] = Math.round(pixels[at] + (level - pixels[at]) * shares[at]);
  }
  return pixels;
}

/** How much of each pixel a round pen covers on its way through the points, in [0, 1]. */
function covered(points, radius, side) {
  const shares = new Float32Array(side * side);
  let last = points[0];
  cover(shares, side, last, last, radius); // a tap leaves a dot
  points.forEach((point, at) => {
    const near = Math.hypot(point[0] - last[0], point[1] - last[1]) < LEAST_STEP_PX;
    if (near && at < points.length - 1) return;
    cover(shares, side, last, point, radius);
    last = point;
  });
  return shares;
}

/** Raise `shares` by one straight piece of the way; pixels that the pen's edge crosses are covered in part. */
function cover(shares, side, [fromX, fromY], [toX, toY], radius) {
  const reach = radius + 0.5;
  const first = (a, b) => Math.max(Math.floor(Math.min(a, b) - reach), 0);
  const end = (a, b) => Math.min(Math.ceil(Math.max(a, b) + reach), side);
  const [right, down] = [toX - fromX, toY - fromY];
  const squared = right * right + down * down || 1;
  for (let row = first(fromY, toY); row < end(fromY, toY); row++)
    for (let column = first(fromX, toX); column < end(fromX, toX); column++) {
      const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY];
      const along = Math.min(Math.max((x * right + y * down) / squared, 0), 1);
      const share = reach - Math.sqrt((x - along * right) ** 2 + (y - along * down) ** 2);
      if (share > shares[row * side + column]) shares[row * side + column] = Math.min(share, 1);
    }
}
