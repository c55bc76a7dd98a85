// Pieces of HTML out of one packed file, as demo/space/bundle.py writes them.
import { loaded } from "../loaded.mjs";
import { pngUrl } from "../png.mjs";

const LENGTH_BYTES = 4;

/** A promise of a function: key -> HTML, undefined for a key that has none. ReaderError where the file does not come. */
export async function openBundle(name, sums) {
  const buffer = await loaded(name, sums);
  const length = new DataView(buffer).getUint32(0);
  const { pieces, chunks, pictures } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length)));
  const urlOf = picturesOf(pictures, new Uint8Array(buffer, LENGTH_BYTES + length));
  const whole = (places) => places.map((place) => chunks[place]).join("");
  return (key) => (Object.hasOwn(pieces, key) ? whole(pieces[key]).replace(/src="~(\d+)"/g, (_, at) => `src="${urlOf(at)}"`) : undefined);
}

/** A function: a picture's place -> a data URL, made when it is first shown. */
function picturesOf(sizes, pixels) {
  const urls = [], ends = [];
  for (const [width, height, depth] of sizes) ends.push((ends.at(-1) ?? 0) + width * height * depth);
  return (at) => {
    const [width, height, depth] = sizes[at];
    return (urls[at] ??= pngUrl({ width, height, pixels: pixels.subarray(ends[at] - width * height * depth, ends[at]) }));
  };
}
