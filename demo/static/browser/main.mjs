// The page that needs no server: the first screen of the Gradio page, answered by the reader in this browser.
import { framed, greyOf, PictureError } from "./grey.mjs";
import { keepCopy, keepLater } from "./keep.mjs";
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
const [first = ""] = Object.keys(settings.models ?? {}); // what answers whoever chooses nothing; a light page has no names
const opening = new Map(); // name of a model -> a promise of what reads with it
const failed = new Set(); // names of those that may come later
let failedAt = null; // when the last of them did not

/** What reads with the model of that name; a ReaderError, the same one until asking again may help. */
function reader(name = first) {
  if (failedAt !== null && performance.now() - failedAt > ASK_AGAIN_MS) forgetFailures();
  if (!opening.has(name)) opening.set(name, opened(name).catch((error) => explainedOf(error, name)));
  return opening.get(name);
}

async function opened(name) {
  const { threshold, finder } = settings.models?.[name] ?? {};
  const read = await (finder ? openOwn(filesOf(name), threshold, () => reader(finder)) : openReader(filesOf(name)));
  if (name) keepLater(new URL(settings.models[name].file, import.meta.url).href);
  return read;
}

/** A recogniser of the page's maker: what reads with it is no part of pages that have none. */
async function openOwn(...asked) {
  const { openRecognizer } = await import("./models/recognizer.mjs");
  return openRecognizer(...asked);
}

function explainedOf(error, name) {
  const trouble = explained(error);
  if (trouble.passes) {
    failedAt = performance.now();
    failed.add(name);
  }
  throw trouble;
}

/** What came stays; what did not is asked for again. */
function forgetFailures() {
  for (const name of failed) opening.delete(name);
  failed.clear();
  failedAt = null;
}

/** Name -> SHA-256 of the runtime and the model. */
function filesOf(name) {
  const [runtime, own] = Object.entries(settings.files);
  const chosen = settings.models?.[name];
  return Object.fromEntries([runtime, chosen ? [chosen.file, chosen.sums] : own]);
}

/** A drawing as pixels, or an upload as a data URL -> pixels. */
const pixelsOf = async (asked) => (typeof asked === "string" ? greyOf(asked) : asked);

/** The picture of a question, and the name of the model that was chosen; the first answers whoever chooses nothing. */
const askedOf = (question) => (question.model ? question : { picture: question, model: first });

/** A drawing, or an upload, which is shown, too; or {picture, model} -> what AnswerPanel shows, never an error. */
async function recognise(question) {
  const { picture: asked, model } = askedOf(question);
  try {
    const read = await reader(model);
    const picture = await pixelsOf(asked);
    const message = { ...ofNumber(await read(picture), settings), size: [picture.height, picture.width] };
    return picture === asked ? message : { ...message, preview: framed(picture, message.parts ?? []) };
  } catch (error) {
    return ofProblem(error instanceof PictureError ? error.message : explained(error).message);
  }
}

/** What every reader that came says of a picture, and how fast: for the panel in which one is chosen. */
async function compare(asked) {
  const { compared } = await import("./analysis/readers.mjs");
  return { html: await compared(await pixelsOf(asked), settings, (name) => opening.get(name)) };
}

/** Why the recogniser inside the chosen reader reads a picture so: for the panel below the answer, never an error. */
async function explain(question) {
  const { picture, model } = askedOf(question);
  try {
    const { why } = await import("./analysis/why.mjs").catch(() => {
      throw new Error("The part of the page that explains answers could not be loaded. Please reload the page.");
    });
    return { html: await why(await pixelsOf(picture), model, settings) };
  } catch (error) {
    return { html: Object.assign(document.createElement("p"), { textContent: error.message }).outerHTML };
  }
}

let corrections = null; // a promise of the module's functions

/** One of the questions of the correction buttons; what answers them is fetched with the first. */
const kept = (name) => async (asked) => {
  corrections ??= import("./corrections/corrections.mjs").then(({ ownCorrections }) =>
    ownCorrections(async (picture, model) => (await (await reader(model))(picture)).parts[0], settings.corrections),
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
  ...(settings.models && { compare, explain }),
  ...Object.fromEntries(CORRECTIONS.map((name) => [name, kept(name)])),
});
document.querySelector("[data-testid=selftest-run]").onclick = async () => {
  const result = document.querySelector("[data-testid=selftest-result]");
  result.value = "Reading …";
  result.value = await reader()
    .then(runSelftest)
    .catch((error) => `Failed: ${explained(error).message}`);
};
addEventListener("online", forgetFailures);
keepCopy();
startTabs();
globalThis.digits = { read: async (asked) => (await reader())(await pixelsOf(asked)) }; // for the console, and for tests
document.querySelector("[data-part=not-started]").remove();
