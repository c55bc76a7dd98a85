// Reads what a person sent and answers it, beside the page, which goes on meanwhile.
// {read: [[path, File], ...], limits} or {answer: {name, sums, wasm}} -> {share} again and again, then {done}, {refused: a sentence}.
import { explained, ReaderError } from "../../trouble.mjs";
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

async function work({ read, limits, answer }) {
  if (!read) return (await openModel(answer))(set, tell);
  set = await readSet(read, limits, tell);
  return set;
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ done: await work(data) });
  } catch (error) {
    postMessage({ refused: error instanceof SetError || error instanceof ReaderError ? error.message : explained(error).message });
  }
});
