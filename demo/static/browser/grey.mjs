// A picture as a data URL -> grey pixels, as core/pictures.py makes them on the server.
import { pngUrl } from "./png.mjs";
import { readsBackTruly, STRIPES } from "./readback.mjs";

const WORKING_SIDE_PX = 1200; // as in core/pictures.py
const PREVIEW_SIDE_PX = 320;
const GUARDED =
  "Your browser keeps this page from reading pictures, to guard your privacy. Please allow it to read canvas data here, " +
  "or draw the digit: that is read all the same.";

/** A sentence for the person who sent a picture that cannot be read. */
export class PictureError extends Error {}

/** {width, height, pixels: Uint8Array of height * width grey levels}; PictureError if unreadable. */
export const greyOf = async (dataUrl) => greyOfFile(await (await fetch(dataUrl)).blob(), WORKING_SIDE_PX);

/** The same of a file, at most `side` px a side; in a worker too. */
export async function greyOfFile(file, side) {
  const bitmap = await decode(file);
  const { width, height, context } = drawn(bitmap, side);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  if (!readsBackTruly(context, height)) throw new PictureError(GUARDED);
  return { width, height, pixels: onPaper(data) };
}

/** The picture with a frame around each digit of a number, small, as a data URL. */
export function framed({ width, height, pixels }, parts) {
  const { context } = blank(width, height);
  context.putImageData(new ImageData(opaque(pixels), width, height), 0, 0);
  context.strokeStyle = "rgb(29, 78, 216)";
  context.lineWidth = Math.max(2, Math.trunc(Math.max(width, height) / 120));
  for (const { box: [top, left, bottom, right] } of parts) context.strokeRect(left, top, right - left, bottom - top);
  const { data, ...small } = fitted({ width, height, source: context.canvas });
  return pngUrl({ ...small, pixels: data.filter((_, at) => at % 4 < 3) });
}

/** The picture, in grey and small. */
export function reduced({ width, height, pixels }) {
  if (Math.max(width, height) <= PREVIEW_SIDE_PX) return { width, height, pixels };
  const { context } = blank(width, height);
  context.putImageData(new ImageData(opaque(pixels), width, height), 0, 0);
  const { data, ...small } = fitted({ width, height, source: context.canvas });
  return { ...small, pixels: data.filter((_, at) => at % 4 === 0) };
}

/** {width, height, data: RGBA bytes} of another canvas's top, small. */
function fitted(bitmap) {
  const { width, height, context } = drawn(bitmap, PREVIEW_SIDE_PX);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new PictureError("That is not a picture that your browser can read. Please send PNG, JPEG, WebP or GIF.");
  }
}

/** A bitmap, or another canvas's top {width, height}, at most `side` px a side; below are rows for readsBackTruly. */
function drawn(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const small = blank(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  small.context.imageSmoothingQuality = "high";
  small.context.drawImage(bitmap.source ?? bitmap, 0, 0, bitmap.width, bitmap.height, 0, 0, small.width, small.height);
  return small;
}

function blank(width, height) {
  const rows = height + STRIPES.length;
  const canvas = globalThis.document ? Object.assign(document.createElement("canvas"), { width, height: rows }) : new OffscreenCanvas(width, rows);
  return { width, height, context: canvas.getContext("2d", { willReadFrequently: true }) };
}

function opaque(pixels) {
  const rgba = new Uint8ClampedArray(4 * pixels.length).fill(255);
  pixels.forEach((grey, at) => rgba.fill(grey, 4 * at, 4 * at + 3));
  return rgba;
}

/** RGBA bytes -> grey, transparency made paper: the picture's own where most is seen, else what contrasts with the ink. */
function onPaper(rgba) {
  const count = rgba.length / 4;
  const grey = new Uint8Array(count);
  const histogram = new Uint32Array(256);
  let shown = 0, weight = 0, weighted = 0;
  for (let at = 0; at < count; at++) {
    const first = 4 * at, alpha = rgba[first + 3];
    grey[at] = (rgba[first] * 19595 + rgba[first + 1] * 38470 + rgba[first + 2] * 7471 + 0x8000) >> 16; // ITU-R 601
    weight += alpha;
    weighted += alpha * grey[at];
    if (alpha > 127) {
      shown += 1;
      histogram[grey[at]] += 1;
    }
  }
  if (weight === 255 * count) return grey;
  const paper = shown > count / 2 ? median(histogram, shown) : weighted > 127.5 * weight ? 0 : 255;
  for (let at = 0; at < count; at++) {
    const alpha = rgba[4 * at + 3] / 255;
    grey[at] = Math.round(grey[at] * alpha + paper * (1 - alpha));
  }
  return grey;
}

function median(histogram, total) {
  let below = 0;
  return histogram.findIndex((count) => (below += count) >= total / 2);
}
