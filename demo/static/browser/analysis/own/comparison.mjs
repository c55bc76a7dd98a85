// Two models on the same pictures, as demo/analysis/comparison.py compares them.
import { count, wilson } from "./counts.mjs";

const SCALE = 10n ** 40n;

/** {both_wrong, fixed, broken, p_value: McNemar's exact test, two-sided, agreement: a rate for each digit}. */
export function compared(first, second) {
  const how_many = (test) => count(first.truth.map((_, at) => test(at)));
  const fixed = how_many((at) => first.wrong[at] && !second.wrong[at]);
  const broken = how_many((at) => !first.wrong[at] && second.wrong[at]);
  const agreement = [...Array(10).keys()].map((digit) =>
    wilson(how_many((at) => first.truth[at] === digit && first.answers[at] === second.answers[at]), how_many((at) => first.truth[at] === digit)),
  );
  return { both_wrong: how_many((at) => first.wrong[at] && second.wrong[at]), fixed, broken, p_value: mcnemar(fixed, broken), agreement };
}

/** How often a fair coin would split the differences at least so unevenly, in (0, 1]. */
function mcnemar(fixed, broken) {
  const tosses = BigInt(fixed + broken);
  let ways = 1n, tail = 0n;
  for (let hits = 0n; hits <= Math.min(fixed, broken); hits++) {
    tail += ways;
    ways = (ways * (tosses - hits)) / (hits + 1n);
  }
  return Math.min(1, Number((2n * tail * SCALE) / 2n ** tosses) / Number(SCALE));
}
