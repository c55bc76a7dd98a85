// A recogniser of one's own beside the page's reader, as demo/answers/reader.py reads with one. Only pages that have one have this.
import { openSession } from "../reader.mjs";

const SIDE_PX = 28, DIGITS = 10;

/**
 * A function as openReader's, whose labels, probabilities and scores are the recogniser's.
 * files:     settings.json's name -> SHA-256 of the runtime and the model.
 * threshold: the score below which something is no digit, in [0, 1].
 * finder:    opens the page's reader, which says where the parts lie.
 */
export async function openRecognizer(files, threshold, finder) {
  const [run, find] = await Promise.all([openSession(files), finder()]);
  const answer = async (pictures) => answersOf(await run(pictures), threshold);

  return async (picture) => {
    const { parts, more } = await find(picture);
    if (parts.length > 1) return { parts: readAgain(parts, await answer(together(parts))), more };
    const [one] = await answer(picture); // the whole of it: the recogniser says too whether there is anything
    const box = parts[0]?.box ?? [0, 0, picture.height, picture.width];
    return { parts: isBlank(one) ? [] : [{ ...one, box, line: 0 }], more };
  };
}

function answersOf({ probabilities, digit_score, seen }, threshold) {
  const row = ({ data }, at, size) => [...data.subarray(at * size, (at + 1) * size)];
  return [...digit_score.data].map((score, at) => {
    const one = { probabilities: row(probabilities, at, DIGITS), seen: row(seen, at, SIDE_PX ** 2), score };
    return { ...one, label: score >= threshold && !isBlank(one) ? one.probabilities.indexOf(Math.max(...one.probabilities)) : null };
  });
}

const isBlank = ({ seen }) => !seen.some(Boolean);

/** The parts alone, each as the reader saw it, dark on light. */
function together(parts) {
  const pixels = Uint8Array.from(parts.flatMap(({ seen }) => seen), (ink) => 255 - Math.round(255 * ink));
  return { width: SIDE_PX, height: SIDE_PX, pixels, count: parts.length };
}

/** What is no digit to the reader stays none, and what it saw is what the recogniser was given. */
const readAgain = (parts, answers) =>
  parts.map((part, at) => ({ ...part, ...answers[at], seen: part.seen, label: part.label === null ? null : answers[at].label }));
