// Why a recogniser answers so: the graphs of core/net/explain.py say what to ask it, and what its answers say.
import { openModel } from "./model.mjs";
import { openSession } from "./session.mjs";

const CLASSES = 10, SIDE_PX = 28;
const open = new Map(); // name of a file -> promise of it, kept: one question follows another

/**
 * A promise of {probabilities, seen: bytes, heat, shares, digits} of a picture {pixels, width, height}; null for a blank one.
 * model, graphs: {name, sums} of a recogniser's file and of both graphs'; wasm: of the runtime.
 */
export async function explained(picture, { model, graphs, wasm }) {
  const opening = [kept(openModel, model, wasm), ...graphs.map((graph) => kept(openSession, graph, wasm))];
  const [{ answer }, changes, reasons] = await Promise.all(opening);
  const { probabilities, seen: bytes } = await answer(picture);
  if (!bytes.some(Boolean)) return null;
  const float = (data, dims) => new changes.Tensor("float32", data, dims);
  const told = async ({ data: pixels, dims: [count, height, width] }) => float((await answer({ pixels, width, height })).probabilities, [count, CLASSES]);
  const seen = float(Float32Array.from(bytes, (level) => level / 255), [SIDE_PX, SIDE_PX]);
  const { occluded, swept } = await changes.session.run({ seen });
  const asked = { seen, probabilities: float(probabilities, [CLASSES]), of_occluded: await told(occluded), of_swept: await told(swept) };
  const { heat, shares, digits } = await reasons.session.run(asked);
  return { probabilities, seen: bytes, heat: heat.data, shares: [...shares.data], digits: [...digits.data].map(Number) };
}

function kept(opened, file, wasm) {
  if (!open.has(file.name)) {
    open.set(file.name, opened(file, wasm));
    open.get(file.name).catch(() => open.delete(file.name));
  }
  return open.get(file.name);
}
