// Corrections as files to take away, the same as demo/corrections/packing.py writes.
import { joined, zipped } from "./zip.mjs";

const SIDE_PX = 28;
const ALIGNED_BYTES = 64; // where NumPy lets an array begin
const MAGIC = [0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0];

/** An .npz in MNIST's format: images (N, 28, 28) uint8, ink 255, and labels (N,) uint8. */
export function asNpz(corrections) {
  const images = npy([corrections.length, SIDE_PX, SIDE_PX], joined(corrections.map(({ seen }) => seen)));
  const labels = npy([corrections.length], Uint8Array.from(corrections, ({ digit }) => digit));
  return zipped([["images.npy", images], ["labels.npy", labels]]);
}

/** A .zip with the drawings as PNG files in a folder for each digit. */
export function asPictures(corrections) {
  const name = ({ digit }, at) => `${digit}/${String(at).padStart(5, "0")}.png`;
  return zipped(corrections.map((one, at) => [name(one, at), bytesOf(one.picture)]));
}

/** An array of uint8 as NumPy's format 1.0 has it. */
function npy(shape, bytes) {
  const told = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const start = MAGIC.length + 2;
  const length = Math.ceil((start + told.length + 1) / ALIGNED_BYTES) * ALIGNED_BYTES - start;
  const head = new TextEncoder().encode(`${told.padEnd(length - 1)}\n`);
  return joined([Uint8Array.of(...MAGIC, length & 255, length >> 8), head, bytes]);
}

const bytesOf = (url) => Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
