// A picture as a data URL -> grey pixels, as demo/canvas.py makes them on the server.

const WORKING_SIDE_PX = 1200; // as in canvas.py
const PREVIEW_SIDE_PX = 320;

/** A sentence for the person who sent a picture that cannot be read. */
export class PictureError extends Error {}

/** {width, height, pixels: Uint8Array of height * width grey levels, context: it drawn}; PictureError if unreadable. */
export async function greyOf(dataUrl) {
  const bitmap = await decode(dataUrl);
  const { width, height, context } = drawn(bitmap, WORKING_SIDE_PX);
  const pixels = onPaper(context.getImageData(0, 0, width, height).data);
  bitmap.close();
  return { width, height, pixels, context };
}

/** The picture with a frame around each digit of a number, small, as a data URL. */
export function framed({ width, height, context }, parts) {
  context.strokeStyle = "rgb(29, 78, 216)";
  context.lineWidth = Math.max(2, Math.trunc(Math.max(width, height) / 120));
  for (const { box: [top, left, bottom, right] } of parts) context.strokeRect(left, top, right - left, bottom - top);
  return drawn(context.canvas, PREVIEW_SIDE_PX).context.canvas.toDataURL();
}

async function decode(dataUrl) {
  const blob = await (await fetch(dataUrl)).blob();
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    throw new PictureError("That is not a picture that your browser can read. Please send PNG, JPEG, WebP or GIF.");
  }
}

function drawn(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, context };
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
