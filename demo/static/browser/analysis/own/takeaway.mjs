// The gallery as files to take away, as demo/analysis/takeaway.py writes them.
import { pngUrl } from "../../png.mjs";
import { zipped } from "../../corrections/zip.mjs";
import { significant } from "./templating.mjs";

const MOST_PICTURES = 2000; // in one zip; narrower filters give the rest
const COLUMNS = ["picture", "file", "truth", "answer", "confidence", "margin", "loss", "digit_score"];
const FREE_AFTER_MS = 60_000; // by then a download has begun

/** {name, url} of a "csv" or a "zip" of the pictures at these places. */
export function takenAway(kind, name, table, set, places) {
  const content = kind === "zip" ? zipped(places.slice(0, MOST_PICTURES).map((at) => pictureFile(table, set, at))) : csvOf(table, places);
  const url = URL.createObjectURL(new Blob([content], { type: kind === "zip" ? "application/zip" : "text/csv" }));
  setTimeout(() => URL.revokeObjectURL(url), FREE_AFTER_MS);
  return { name: `${name}.${kind}`, url };
}

/** A header and one row for each picture; the ten probabilities come last. */
export function csvOf({ truth, answers, confidence, margin, loss, data, predictions }, places) {
  const row = (at) => {
    const numbers = [confidence[at], margin[at], loss[at], predictions.digit_score[at], ...predictions.probabilities[at]];
    return [at, cell(data.file(at)), truth[at], answers[at], ...numbers.map((value) => significant(value, 6))].join(",");
  };
  return [[...COLUMNS, ...Array.from({ length: 10 }, (_, digit) => `p${digit}`)].join(","), ...places.map(row), ""].join("\n");
}

/** One field; a leading =, +, - or @ is defused, since spreadsheets would run it. */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function pictureFile({ truth, answers, data }, { pixels, width, height }, at) {
  const url = pngUrl({ width, height, pixels: pixels.subarray(at * width * height, (at + 1) * width * height) });
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  const file = data.file(at).replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_").slice(-60);
  return [`${String(at).padStart(5, "0")}-truth-${truth[at]}-answer-${answers[at]}${file && `-${file}`}.png`, bytes];
}
