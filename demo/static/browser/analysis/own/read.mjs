// What a person sent -> one set of labelled pictures, or a sentence; nothing is sent anywhere.
import { arraysOf } from "./arrays.mjs";
import { Complaints } from "./complaints.mjs";
import { picturesOf } from "./pictures.mjs";
import { rowsOf } from "./rows.mjs";
import { SetError } from "./set-error.mjs";
import { unzipped } from "./unzip.mjs";

const MANY_FILES = "Your pictures";

/**
 * {name, width, height, pixels: N * height * width greys, labels, files, problems} of [[path, File], ...].
 * limits: {files: how many pictures, bytes: of all of them unpacked, accepted: what is read, in words}.
 */
export async function readSet(sent, limits, tell) {
  const complaints = new Complaints();
  const kinds = new Set(sent.map(([, file]) => /\.(npz|csv|zip)$/i.exec(file.name)?.[1].toLowerCase() ?? "picture"));
  const table = sent.length === 1 && !kinds.has("picture");
  if (!sent.length || (!table && [...kinds].some((kind) => kind !== "picture") && !isFolder(sent)))
    throw new SetError(`Expected ${limits.accepted}; please send one kind at a time.`);
  const name = sent.length === 1 ? sent[0][0] : MANY_FILES;
  const found = await (table ? ofFile(sent[0], [...kinds][0]) : picturesOf(name, ofFiles(sent), complaints, limits, tell));
  check(name, found, limits);
  return { name, ...found, problems: complaints.sentences };

  async function ofFile([path, file], kind) {
    const most = 4 * limits.bytes; // a pixel takes four characters of a table
    if (file.size > most) throw new SetError(`${path} has ${(file.size / 2 ** 20).toFixed(0)} MB; at most ${most / 2 ** 20} MB are read. Please send a part of it.`);
    const buffer = await file.arrayBuffer();
    if (kind === "npz") return arraysOf(path, buffer, limits);
    if (kind === "csv") return rowsOf(path, buffer, complaints);
    return picturesOf(path, unzipped(path, buffer, limits), complaints, limits, tell);
  }
}

/** Pictures beside their labels.csv. */
const isFolder = (sent) => sent.length > 1 && sent.every(([, file]) => !/\.(npz|zip)$/i.test(file.name)) && sent.some(([path]) => /(^|\/)labels\.csv$/i.test(path));

/** By their paths; of several with one path the later ones get a number behind it. */
function ofFiles(sent) {
  const named = new Map();
  for (const [path, file] of sent) named.set(named.has(path) ? `${path} (${named.size + 1})` : path, async () => new Uint8Array(await file.arrayBuffer()));
  return named;
}

function check(name, { pixels, labels }, limits) {
  if (labels.length > limits.files || pixels.length > limits.bytes)
    throw new SetError(
      `${name}: ${labels.length.toLocaleString("en")} pictures of ${(pixels.length / 2 ** 20).toFixed(0)} MB; at most ` +
        `${limits.files.toLocaleString("en")} and ${limits.bytes / 2 ** 20} MB are read. Please send fewer or smaller ones.`,
    );
  const odd = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label <= 9));
  if (odd !== undefined) throw new SetError(`${name}: expected labels from 0 to 9, found ${odd}.`);
}
