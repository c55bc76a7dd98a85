// Reads what a person sent and answers it, or explains an answer, beside the page, which goes on meanwhile.
// {read: [[path, File], ...], limits}, {answer: {name, sums, wasm}} or {explain: picture, by: see explain.mjs} -> {share} again and
// again, then {done}, {refused: a sentence}.
import * as trouble from "../../trouble.mjs";
import { explained } from "./explain.mjs";
import { openModel } from "./model.mjs";
import { readSet } from "./read.mjs";
import { SetError } from "./set-error.mjs";

const TELL_AFTER_MS = 100;
let set = null; // the pictures that were read
let told_at = 0;

function tell(share) {
  if (performance.now() - told_at < TELL_AFTER_MS) return;
  told_at = performance.now();
  postMessage({ share });
}

async function work({ read, limits, answer, explain, by }) {
  if (explain) return explained(explain, by);
  if (answer) return answered(answer);
  set = await readSet(read, limits, tell);
  return set;
}

async function answered({ wasm, ...file }) {
  const model = await openModel(file, wasm);
  const answers = await model.answer(set, tell);
  await model.release();
  return answers;
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ done: await work(data) });
  } catch (error) {
    postMessage({ refused: (error instanceof SetError ? error : trouble.explained(error)).message });
  }
});
