// The page that needs no server: the first screen of the Gradio page, answered by the reader in this browser.
import { framed, greyOf, PictureError } from "./grey.mjs";
import { keepCopy } from "./keep.mjs";
import { ofNumber, ofProblem } from "./message.mjs";
import { wire } from "./page.mjs";
import { openReader } from "./reader.mjs";
import { runSelftest } from "./selftest.mjs";
import { startTabs } from "./tabs.mjs";
import { explained } from "./trouble.mjs";

const ASK_AGAIN_MS = 10_000; // a file that did not come is not asked for with each movement of the pen
const settings = await (await fetch(new URL("settings.json", import.meta.url))).json();
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.body.classList.toggle("dark", dark.matches);
let opening = null; // a promise of the reader
let failedAt = null; // when a failure came that may pass

/** The reader; a ReaderError, the same one until asking again may help. */
function reader() {
  if (failedAt !== null && performance.now() - failedAt > ASK_AGAIN_MS) opening = failedAt = null;
  opening ??= openReader(settings.files).catch((error) => {
    const trouble = explained(error);
    if (trouble.passes) failedAt = performance.now();
    throw trouble;
  });
  return opening;
}

/** A drawing as pixels, or an upload as a data URL -> pixels. */
const pixelsOf = async (asked) => (typeof asked === "string" ? greyOf(asked) : asked);

/** A drawing, or an upload, which is shown, too -> what AnswerPanel shows, never an error. */
async function recognise(asked) {
  try {
    const read = await reader();
    const picture = await pixelsOf(asked);
    const message = { ...ofNumber(await read(picture), settings), size: [picture.height, picture.width] };
    return picture === asked ? message : { ...message, preview: framed(picture, message.parts ?? []) };
  } catch (error) {
    return ofProblem(error instanceof PictureError ? error.message : explained(error).message);
  }
}

let corrections = null; // a promise of the module's functions

/** One of the questions of the correction buttons; what answers them is fetched with the first. */
const kept = (name) => async (asked) => {
  corrections ??= import("./corrections/corrections.mjs").then(({ ownCorrections }) =>
    ownCorrections(async (picture) => (await (await reader())(picture)).parts[0], settings.corrections),
  );
  corrections.catch(() => (corrections = null));
  return (await corrections)[name](asked);
};
const CORRECTIONS = ["correct", "take_corrections", "my_corrections", "forget_corrections"];

reader().catch(() => {}); // begins before the first stroke; who draws hears of a failure
paint();
dark.addEventListener("change", paint);
wire(document, {
  recognise,
  recognise_upload: recognise,
  takes_pixels: true,
  ...Object.fromEntries(CORRECTIONS.map((name) => [name, kept(name)])),
});
document.querySelector("[data-testid=selftest-run]").onclick = async () => {
  const result = document.querySelector("[data-testid=selftest-result]");
  result.value = "Reading …";
  result.value = await reader()
    .then(runSelftest)
    .catch((error) => `Failed: ${explained(error).message}`);
};
addEventListener("online", () => failedAt !== null && (opening = failedAt = null));
keepCopy();
startTabs();
globalThis.digits = { read: async (asked) => (await reader())(await pixelsOf(asked)) }; // for the console, and for tests
document.querySelector("[data-part=not-started]").remove();
