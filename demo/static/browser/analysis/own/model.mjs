// A recogniser, which answers many pictures of one digit each.
import { loaded } from "../../loaded.mjs";

const BATCH = 20; // pictures at once: quicker than one by one, and soon done where somebody stops it
const ANSWERS = { probabilities: 10, seen: 784, scores: 1 }; // numbers a picture

/** A function: a set of pictures, tell(share) -> a promise of {probabilities, scores, seen: bytes} of all of them. */
export async function openModel({ name, sums, wasm }) {
  const ort = await import("../../vendor/ort.wasm.bundle.min.mjs");
  const [runtime, model] = await Promise.all([loaded(wasm.name, wasm.sums), loaded(name, sums)]);
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = 1; // threads need headers that static hosts do not send
  const session = await ort.InferenceSession.create(new Uint8Array(model), { graphOptimizationLevel: "disabled" }); // see reader.mjs

  return async ({ pixels, width, height, labels }, tell) => {
    const count = labels.length, area = width * height;
    const answers = Object.fromEntries(Object.entries(ANSWERS).map(([key, size]) => [key, new (key === "seen" ? Uint8Array : Float32Array)(count * size)]));
    for (let at = 0; at < count; at += BATCH) {
      const many = Math.min(BATCH, count - at);
      const image = new ort.Tensor("uint8", pixels.subarray(at * area, (at + many) * area), [many, height, width]);
      const { probabilities, digit_score, seen } = await session.run({ image });
      answers.probabilities.set(probabilities.data, at * ANSWERS.probabilities);
      answers.scores.set(digit_score.data, at);
      answers.seen.set(seen.data.map((ink) => Math.round(255 * ink)), at * ANSWERS.seen);
      tell((at + many) / count);
    }
    await session.release();
    return answers;
  };
}
