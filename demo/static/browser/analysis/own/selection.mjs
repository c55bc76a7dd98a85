// Which pictures a view shows, and in which order, as demo/analysis/selection.py chooses them.
import { doubtfulLabels } from "./doubts.mjs";

export const PER_PAGE = 200;

/** The places of the pictures that an address asks for, in its order. */
export function selected(table, other, address) {
  const kind = kindOf(table, other, address.only);
  const fits = (at) =>
    kind(at) && (address.truth === null || table.truth[at] === address.truth) && (address.answer === null || table.answers[at] === address.answer);
  const key = { margin: (at) => table.margin[at], loss: (at) => -table.loss[at], confidence: (at) => -table.confidence[at] }[address.sort];
  return [...Array(table.length).keys()].filter(fits).sort((one, another) => key(one) - key(another));
}

export const pageCount = (indices) => Math.max(Math.ceil(indices.length / PER_PAGE), 1);

function kindOf(table, other, only) {
  if (only === "suspect") {
    const doubtful = new Set(doubtfulLabels(table).map(([at]) => at));
    return (at) => doubtful.has(at);
  }
  return {
    wrong: (at) => table.wrong[at],
    all: () => true,
    right: (at) => !table.wrong[at],
    fixed: (at) => table.wrong[at] && !other.wrong[at],
    broken: (at) => !table.wrong[at] && other.wrong[at],
  }[only];
}
