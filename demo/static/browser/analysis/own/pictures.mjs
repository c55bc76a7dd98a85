// Files of pictures -> pictures of one size with their labels, as demo/analysis/uploads.py reads them.
import { greyOfFile } from "../../grey.mjs";
import { labelled } from "./labels.mjs";
import { SetError } from "./set-error.mjs";

const SIDE_PX = 112; // larger ones are fitted into this square
const UNNAMED = "neither its folder nor its name begins with one digit, so its label is missing.";

/** {pixels, width, height, labels, files} of a Map: name -> function whose promise gives bytes; tell(share) hears how far it is. */
export async function picturesOf(called, contents, complaints, limits, tell) {
  const named = await labelled(called, [...contents.keys()], (name) => contents.get(name)(), complaints);
  const read = [];
  let size = 0;
  for (const [at, [file, label]] of named.entries()) {
    tell((at + 1) / named.length);
    const picture = await one(file, label, contents, complaints);
    if (!picture) continue;
    size += picture.pixels.length;
    if (size > limits.bytes) throw new SetError(`${called}: more than ${limits.bytes / 2 ** 20} MB of pictures; please send fewer of them.`);
    read.push({ ...picture, file, label: Number(label) });
  }
  if (!read.length) throw new SetError(`${called}: no picture with a label could be read. ${complaints.sentences.slice(0, 3).join(" ")}`.trim());
  return { ...stacked(read), labels: read.map(({ label }) => label), files: read.map(({ file }) => file) };
}

async function one(file, label, contents, complaints) {
  if (!contents.has(file)) return complaints.add(`${file}: labels.csv names it, and it is not there.`);
  if (!/^[0-9]$/.test(label)) return complaints.add(label ? `${file}: its label is "${label}"; expected 0 to 9.` : `${file}: ${UNNAMED}`);
  try {
    return await greyOfFile(new Blob([await contents.get(file)()]), SIDE_PX);
  } catch (error) {
    return complaints.add(`${file}: ${error.message}`);
  }
}

/** As they are where all are of one size, else each in the middle of a square of its own edge's grey. */
function stacked(pictures) {
  const alike = pictures.every(({ width, height }) => width === pictures[0].width && height === pictures[0].height);
  const side = Math.max(...pictures.map(({ width, height }) => Math.max(width, height)));
  const [width, height] = alike ? [pictures[0].width, pictures[0].height] : [side, side];
  const pixels = new Uint8Array(pictures.length * width * height);
  pictures.forEach((picture, at) => place(pixels.subarray(at * width * height, (at + 1) * width * height), width, height, picture));
  return { pixels, width, height };
}

function place(square, width, height, picture) {
  square.fill(edge(picture));
  const top = Math.floor((height - picture.height) / 2), left = Math.floor((width - picture.width) / 2);
  for (let row = 0; row < picture.height; row++)
    square.set(picture.pixels.subarray(row * picture.width, (row + 1) * picture.width), (top + row) * width + left);
}

/** The median grey of a picture's edge. */
function edge({ width, height, pixels }) {
  const levels = [...pixels.subarray(0, width), ...pixels.subarray((height - 1) * width)];
  for (let row = 0; row < height; row++) levels.push(pixels[row * width], pixels[(row + 1) * width - 1]);
  return levels.sort((one, other) => one - other)[levels.length >> 1];
}
