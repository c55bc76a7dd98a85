// The recogniser in the visitor's browser: the same .onnx file as on the server, run by ONNX Runtime's WebAssembly.
import * as ort from "./vendor/ort.wasm.bundle.min.mjs";

const GZIP_MAGIC = 0x1f8b;

/** A file that is missing, or not the one that the page was made with; the message is a sentence. */
export class FileError extends Error {}

/**
 * A function {width, height, pixels} -> {probabilities: 10, seen: 784, score}, once everything is loaded.
 * files: settings.json's name -> SHA-256 of the two files; the browser itself refuses any other content.
 */
export async function openReader(files) {
  const [wasm, model] = await Promise.all(Object.entries(files).map(([name, sums]) => bytes(name, sums)));
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1; // threads need headers that static hosts do not send
  const session = await ort.InferenceSession.create(new Uint8Array(model));
  let last = Promise.resolve(); // a session answers one question at a time

  return (picture) => (last = last.catch(() => {}).then(() => read(session, picture)));
}

async function read(session, { width, height, pixels }) {
  const image = new ort.Tensor("uint8", pixels, [1, height, width]);
  const { probabilities, seen, digit_score } = await session.run({ image });
  return { probabilities: [...probabilities.data], seen: [...seen.data], score: digit_score.data[0] };
}

async function bytes(name, integrity) {
  try {
    const answer = await fetch(new URL(name, import.meta.url), { integrity });
    if (answer.ok) return await unpacked(await answer.arrayBuffer());
  } catch {} // no network, or other content; browsers do not tell which
  throw new FileError(`${name} could not be loaded, or was changed since this page was made. Please reload the page.`);
}

/** Some files are packed, and some hosts undo that on the way. */
async function unpacked(buffer) {
  if (new DataView(buffer).getUint16(0) !== GZIP_MAGIC) return buffer;
  return new Response(new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
