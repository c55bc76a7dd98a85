// One table feeds every view: a row for each picture, as demo/analysis/table.py has it.

const DIGITS = 10;
const LEAST_SHARE = 1e-12; // a loss stays finite
const PIXELS = 784;

/**
 * Labelled pictures {name, labels, files: names of files, [] for none} and a model's answers to them {probabilities: N * 10,
 * scores: N, seen: N * 784 bytes, threshold: the score below which the model refuses} as columns.
 */
export function tableOf({ name, labels, files }, { probabilities, scores, seen, threshold }) {
  const truth = [...labels], rows = truth.map((_, at) => [...probabilities.subarray(DIGITS * at, DIGITS * (at + 1))]);
  const confidence = rows.map((shares) => Math.max(...shares));
  const answers = rows.map((shares, at) => shares.indexOf(confidence[at]));
  const file = (at) => files[at] ?? "";
  return {
    length: truth.length,
    data: { name, file },
    called: (at) => file(at) || String(at).replace(/\B(?=(\d{3})+$)/g, ","),
    predictions: { seen: truth.map((_, at) => seen.subarray(PIXELS * at, PIXELS * (at + 1))), probabilities: rows, digit_score: scores },
    truth,
    answers,
    confidence,
    wrong: answers.map((answer, at) => answer !== truth[at]),
    margin: rows.map(margin),
    loss: rows.map((shares, at) => -Math.log(Math.min(Math.max(shares[truth[at]], LEAST_SHARE), 1))),
    refused: truth.filter((_, at) => scores[at] < threshold).length,
  };
}

/** How far the answer is ahead of the runner-up, in single precision as the model's own numbers. */
function margin(shares) {
  const [first, second] = [...shares].sort((one, other) => other - one);
  return Math.fround(first - second);
}
