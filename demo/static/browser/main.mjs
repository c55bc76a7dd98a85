// The page that needs no server: the first screen of the Gradio page, answered by the reader in this browser.
import { framed, greyOf, PictureError } from "./grey.mjs";
import { ofNumber, ofProblem } from "./message.mjs";
import { readNumber } from "./number.mjs";
import { wire } from "./page.mjs";
import { FileError, openReader } from "./reader.mjs";
import { runSelftest } from "./selftest.mjs";

const settings = await (await fetch("settings.json")).json();
let opening = null;
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.body.classList.toggle("dark", dark.matches);

/** The reader; when it could not be loaded, the next call tries again. */
function reader() {
  opening ??= openReader(settings.files).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

async function recognise(dataUrl, shown = false) {
  try {
    const picture = await greyOf(dataUrl);
    const number = await readNumber(await reader(), picture, settings);
    const message = ofNumber(number, settings);
    return shown ? { ...message, preview: framed(picture, number.parts) } : message;
  } catch (error) {
    if (error instanceof PictureError || error instanceof FileError) return ofProblem(error.message);
    throw error;
  }
}

reader().catch(() => {}); // begins before the first stroke; who draws hears of a failure
paint();
dark.addEventListener("change", paint);
wire(document, { recognise: (url) => recognise(url), recognise_upload: (url) => recognise(url, true) });
document.querySelector("[data-testid=selftest-run]").onclick = async () => {
  const result = document.querySelector("[data-testid=selftest-result]");
  result.value = "Reading …";
  result.value = await reader().then(runSelftest, (error) => `Failed: ${error.message}`);
};
navigator.serviceWorker?.register("worker.js");
globalThis.digits = {
  // for the console, and for tests
  read: async (dataUrl) => (await reader())(await greyOf(dataUrl)),
  number: async (picture) => readNumber(await reader(), picture, settings),
};
