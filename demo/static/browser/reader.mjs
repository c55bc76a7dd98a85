// The reader in the visitor's browser: the same .onnx file as on the server, run by ONNX Runtime's WebAssembly.
import { loaded } from "./loaded.mjs";
import { ReaderError } from "./trouble.mjs";

const NO_PART = -1, NO_DIGIT = 10; // among the model's `digits`

/**
 * A function {width, height, pixels} -> {parts, more}, once everything is loaded.
 * parts: the digits and other ink in reading order, each {label: 0 to 9, null for what is no digit, probabilities: 10,
 *        seen: 784, score in [0, 1], box: [top, left, bottom, right] in whole px of the picture, line: from 0}.
 * more:  how many parts there are beyond those.
 * files, errors: see openSession.
 */
export async function openReader(files) {
  const run = await openSession(files);
  return async (picture) => read(await run(picture));
}

/**
 * A function {width, height, pixels: count * height * width greys, count: 1 where unsaid} -> a promise of the model's outputs.
 * files: settings.json's name -> SHA-256 of the two files; the browser itself refuses any other content.
 * ReaderError where a file does not come, or where this browser cannot run what came.
 */
export async function openSession(files) {
  if (typeof WebAssembly !== "object")
    throw new ReaderError(
      "This browser does not run WebAssembly, or has it turned off, so the page cannot read digits in it. " +
        "Please turn it on for this page, or use another browser.",
    );
  const ort = await import("./vendor/ort.wasm.bundle.min.mjs").catch(() => {
    throw new ReaderError("The page's runtime could not be loaded. Please reload the page.");
  });
  const [wasm, model] = await Promise.all(Object.entries(files).map(([name, sums]) => loaded(name, sums)));
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1; // threads need headers that static hosts do not send
  // Optimising takes a third of a second of a first visit, and no answer comes sooner for it.
  const session = await ort.InferenceSession.create(new Uint8Array(model), { graphOptimizationLevel: "disabled" });
  let last = Promise.resolve(); // a session answers one question at a time

  const image = ({ width, height, pixels, count = 1 }) => new ort.Tensor("uint8", pixels, [count, height, width]);
  return (pictures) => (last = last.catch(() => {}).then(() => session.run({ image: image(pictures) })));
}

function read(outputs) {
  const labels = [...outputs.digits.data].map(Number).filter((digit) => digit !== NO_PART); // places in use come first
  return { parts: labels.map((label, at) => part(outputs, label, at)), more: Number(outputs.more.data[0]) };
}

function part({ digits, probabilities, seen, digit_score, boxes, line }, label, at) {
  const places = digits.data.length;
  const row = ({ data }) => [...data.subarray((data.length / places) * at, (data.length / places) * (at + 1))];
  return {
    label: label === NO_DIGIT ? null : label,
    probabilities: row(probabilities),
    seen: row(seen),
    score: digit_score.data[at],
    box: row(boxes).map(Math.round),
    line: Number(line.data[at]),
  };
}
