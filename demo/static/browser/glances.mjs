// A part seen as other hands might have written it, as demo/glances.py shows it, by the same constants.

/** Nine pictures {width, height, pixels}: each slant with each width, the picture itself among them. */
export function glances(picture, { LEAN, NARROWER, WIDER }) {
  return [-LEAN, 0, LEAN].flatMap((lean) => [NARROWER, 1, WIDER].map((wide) => bent(picture, lean, wide)));
}

/** Slanted about the middle and stretched along the rows, between pixels by straight lines, paper at the sides. */
function bent({ width, height, pixels }, lean, wide) {
  const out = new Uint8Array(pixels.length);
  const inside = (column) => Math.min(Math.max(column, 0), width - 1);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = (width - 1) / 2 + (column - (width - 1) / 2) / wide + lean * (row - (height - 1) / 2);
      const left = Math.floor(at), line = row * width;
      const here = pixels[line + inside(left)], there = pixels[line + inside(left + 1)];
      out[line + column] = Math.floor(here + (there - here) * (at - left) + 0.5);
    }
  return { width, height, pixels: out };
}
