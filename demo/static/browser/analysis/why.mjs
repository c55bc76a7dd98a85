// Why an answer: asked of the recogniser inside the chosen reader, and told in the Gradio page's words. Fetched when first asked.
import { keepLater } from "../keep.mjs";
import { loaded } from "../loaded.mjs";
import { asked, startWorker } from "./own/asked.mjs";
import { render } from "./own/templates.mjs";
import { tinted } from "./own/tinted.mjs";

let worker = null;

/** HTML for the panel below the answer; picture: {width, height, pixels}, reader: a file's name, settings: settings.json. */
export async function why({ width, height, pixels }, reader, { names, files, models: chosen }) {
  const { why: { graphs, models, sweeps, words, tints }, files: sums } = await facts();
  const packed = (file) => ({ name: `analysis/model-${file}.bin.gz`, sums: sums[`analysis/model-${file}.bin.gz`] });
  const own = chosen[reader].finder && { name: chosen[reader].file, sums: chosen[reader].sums }; // a recogniser already
  const { title } = own ? chosen[reader] : models[reader];
  const [[wasm, wasm_sums]] = Object.entries(files);
  const [model, ...others] = [own || packed(models[reader].file), ...graphs.map(packed)];
  const told = await answered({ explain: { width, height, pixels }, by: { model, graphs: others, wasm: { name: wasm, sums: wasm_sums } } });
  for (const { name } of [model, ...others]) keepLater(new URL(`../${name}`, import.meta.url).href);
  if (!told) return render("sentence", { sentence: words.no_ink });
  const digit = told.probabilities.indexOf(Math.max(...told.probabilities));
  return render("explanation", {
    model: title,
    said: names[digit],
    digit,
    tinted: tinted(told.seen, told.heat, tints),
    sweeps: swept(sweeps, told).map((one) => [one, turningPoint(one, digit, names, words)]),
    near: null, // which needs the training pictures
  });
}

/** Those of demo/space/kept_analysis.py. */
const facts = async () => JSON.parse(new TextDecoder().decode(await loaded("analysis/facts.json")));

/** What the worker says; one that failed is not asked again. */
async function answered(question) {
  try {
    return await asked((worker ??= startWorker()), question);
  } catch (error) {
    worker?.terminate();
    worker = null;
    throw error;
  }
}

/** Each sweep with its part of the answers. */
function swept(sweeps, { shares, digits }) {
  let start = 0;
  return sweeps.map((one) => {
    const [from, to] = [start, (start += one.values.length)];
    return { ...one, shares: shares.slice(from, to), answers: digits.slice(from, to) };
  });
}

/** The smallest change to another answer, as a sentence: that of demo/answers/understand_views.py. */
function turningPoint({ unit, values, answers }, digit, names, { changes, stays }) {
  const changed = values.map((value, at) => [value, answers[at]]).filter(([, answer]) => answer !== digit);
  if (changed.length) {
    const [value, answer] = changed.reduce((one, other) => (Math.abs(other[0]) < Math.abs(one[0]) ? other : one));
    return changes.replace("{amount}", amount(value, unit)).replace("{digit}", names[answer]);
  }
  const [low, high] = [values[0], values.at(-1)], bare = (text) => text.replace(/^[-\d.]+/, "");
  const same = bare(amount(low, unit)) === bare(amount(high, unit)); // the same unit, which is said once
  return stays.replace("{digit}", names[digit]).replace("{low}", same ? low : amount(low, unit)).replace("{high}", amount(high, unit));
}

/** A change in words; less than nothing to the right is to the left. */
function amount(value, unit) {
  const left = value < 0 && unit.endsWith("right");
  return `${left ? -value : value} ${left ? unit.replace(/right$/, "left") : unit}`.replace(" %", "%");
}
