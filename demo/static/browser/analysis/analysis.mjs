// The second tab: the Gradio page's error analysis, answered by files of this folder. Fetched when it is first opened.
import { keepLater } from "../keep.mjs";
import { keptAnalysis } from "./kept.mjs";
import { wire } from "./screen.mjs";

/** Make the tab's panel work, once its looks are there. */
export async function startAnalysis(panel) {
  const facts = fetch(new URL("facts.json", import.meta.url)).then((answer) => answer.json());
  await styled(new URL("analysis.css", import.meta.url));
  wire(panel, keptAnalysis(await facts, (file) => keepLater(new URL(`../${file}`, import.meta.url).href)));
}

function styled(href) {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const ready = new Promise((resolve, reject) => Object.assign(sheet, { onload: resolve, onerror: reject }));
  document.head.append(sheet);
  return ready;
}
