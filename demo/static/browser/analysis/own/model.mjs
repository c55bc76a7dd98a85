// A recogniser, which answers many pictures of one digit each.
import { openSession } from "./session.mjs";

const BATCH = 20; // pictures at once: quicker than one by one, and soon done where somebody stops it
const ANSWERS = { probabilities: 10, seen: 784, scores: 1 }; // numbers a picture

/**
 * A promise of {answer, release}. answer: {pixels, width, height} of pictures of one size, tell(share) -> a promise of
 * {probabilities, scores, seen: bytes} of all of them. file, wasm: see session.mjs.
 */
export async function openModel(file, wasm) {
  const { session, Tensor } = await openSession(file, wasm);

  async function answer({ pixels, width, height }, tell = () => {}) {
    const area = width * height, count = pixels.length / area;
    const answers = Object.fromEntries(Object.entries(ANSWERS).map(([key, size]) => [key, new (key === "seen" ? Uint8Array : Float32Array)(count * size)]));
    for (let at = 0; at < count; at += BATCH) {
      const many = Math.min(BATCH, count - at);
      const image = new Tensor("uint8", pixels.subarray(at * area, (at + many) * area), [many, height, width]);
      const { probabilities, digit_score, seen } = await session.run({ image });
      answers.probabilities.set(probabilities.data, at * ANSWERS.probabilities);
      answers.scores.set(digit_score.data, at);
      answers.seen.set(seen.data.map((ink) => Math.round(255 * ink)), at * ANSWERS.seen);
      tell((at + many) / count);
    }
    return answers;
  }

  return { answer, release: () => session.release() };
}
