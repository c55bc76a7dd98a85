// The recogniser in the visitor's browser: the same .onnx file as on the server, run by ONNX Runtime's WebAssembly.
import * as ort from "./vendor/ort.wasm.bundle.min.mjs";

const WASM_MAGIC = 0x6d736100; // "\0asm", little-endian

/** A function {width, height, pixels} -> {probabilities: 10, seen: 784, score}, once everything is loaded. */
export async function openReader() {
  const [wasm, model] = await Promise.all([
    bytes("vendor/ort-wasm-simd-threaded.wasm.gz"),
    bytes("recognizer.onnx"),
  ]);
  ort.env.wasm.wasmBinary = await unpacked(wasm);
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

async function bytes(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} could not be loaded (${answer.status})`);
  return answer.arrayBuffer();
}

/** Some hosts undo gzip on the way and some do not. */
async function unpacked(buffer) {
  if (new DataView(buffer).getUint32(0, true) === WASM_MAGIC) return buffer;
  return new Response(new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
