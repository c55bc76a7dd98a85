// Known pictures with the answers that onnxruntime gave on the machine that made this page.
import { loaded } from "./loaded.mjs";

const ALLOWED = 1e-4; // largest difference of a probability; single precision leaves less than a tenth of it

/** A sentence: how many labels agree, and the largest difference. */
export async function runSelftest(read) {
  const cases = JSON.parse(new TextDecoder().decode(await loaded("selftest.json")));
  let largest = 0, changed = 0;
  for (const { width, height, pixels, probabilities } of cases) {
    const { parts } = await read({ width, height, pixels: Uint8Array.from(atob(pixels), (byte) => byte.charCodeAt(0)) });
    const found = parts[0]?.probabilities ?? []; // none on a blank picture
    if (found.length) largest = Math.max(largest, ...probabilities.map((share, digit) => Math.abs(share - found[digit])));
    changed += top(probabilities) === top(found) ? 0 : 1;
  }
  const verdict = changed === 0 && largest <= ALLOWED ? "Passed" : "Failed";
  return `${verdict}: ${cases.length} pictures, ${changed} labels changed, largest difference ${largest.toExponential(1)}.`;
}

const top = (shares) => shares.indexOf(Math.max(...shares));
