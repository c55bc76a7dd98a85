// A file of this folder in ONNX Runtime.
import { loaded } from "../../loaded.mjs";

/** A promise of {session, Tensor}. wasm, file: {name, sums} of the runtime and of the model. */
export async function openSession(file, wasm) {
  const ort = await import("../../vendor/ort.wasm.bundle.min.mjs");
  const [runtime, model] = await Promise.all([loaded(wasm.name, wasm.sums), loaded(file.name, file.sums)]);
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = 1; // threads need headers that static hosts do not send
  const session = await ort.InferenceSession.create(new Uint8Array(model), { graphOptimizationLevel: "disabled" }); // see reader.mjs
  return { session, Tensor: ort.Tensor };
}
