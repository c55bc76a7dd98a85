// What goes wrong, counted, as demo/analysis/counts.py does it.

const Z_95 = 1.959964; // standard normal quantile of a two-sided 95% interval
const DIGITS = [...Array(10).keys()];
const MOST_CONFUSIONS = 5;

/** {hits, total, share, low, high}: a share with Wilson's 95% interval. */
export function wilson(hits, total) {
  if (!total) return { hits, total, share: 0, low: 0, high: 1 };
  const share = hits / total, weight = Z_95 ** 2 / total;
  const centre = (share + weight / 2) / (1 + weight);
  const spread = (Z_95 * Math.sqrt((share * (1 - share)) / total + weight / (4 * total))) / (1 + weight);
  // rounding must not exclude the observed share
  return { hits, total, share, low: hits === 0 ? 0 : centre - spread, high: hits === total ? 1 : centre + spread };
}

export const count = (mask) => mask.reduce((sum, one) => sum + (one ? 1 : 0), 0);

/** 10 rows of 10 counts: row truth, column answer. */
export function confusion({ truth, answers }) {
  const matrix = DIGITS.map(() => DIGITS.map(() => 0));
  truth.forEach((digit, at) => (matrix[digit][answers[at]] += 1));
  return matrix;
}

/** How each digit fares: error, precision, recall, and f1 as [value, low, high]. */
export function digitRows(matrix) {
  return DIGITS.map((digit) => {
    const right = matrix[digit][digit], own = sum(matrix[digit]), named = sum(matrix.map((row) => row[digit]));
    const union = wilson(right, own + named - right); // F1 is 2J / (1 + J) of this share J
    const f1 = [union.share, union.low, union.high].map((share) => (2 * share) / (1 + share));
    return { digit, error: wilson(own - right, own), precision: wilson(right, named), recall: wilson(right, own), f1 };
  });
}

/** The most frequent mistakes, the most frequent first, ties in reading order. */
export function topConfusions(matrix) {
  const cells = DIGITS.flatMap((truth) => DIGITS.map((answer) => ({ truth, answer, count: matrix[truth][answer], total: sum(matrix[truth]) })));
  const mistakes = cells.filter(({ truth, answer, count: found }) => truth !== answer && found);
  return mistakes.sort((one, other) => other.count - one.count).slice(0, MOST_CONFUSIONS);
}

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
