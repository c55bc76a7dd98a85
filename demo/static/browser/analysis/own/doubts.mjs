// Is it the label? Confident learning, as demo/analysis/label_issues.py has it: Northcutt, Jiang and Chuang 2021.

const DIGITS = [...Array(10).keys()];

/** [[place of a picture, suggested digit], ...], the most doubtful label first. */
export function doubtfulLabels({ truth, predictions: { probabilities } }) {
  const thresholds = DIGITS.map((digit) => mean(probabilities.filter((_, at) => truth[at] === digit).map((shares) => shares[digit])));
  const found = probabilities.flatMap((shares, at) => {
    const confident = shares.map((share, digit) => (share >= thresholds[digit] ? share : -1));
    const suggested = confident.indexOf(Math.max(...confident));
    if (confident[suggested] <= 0 || suggested === truth[at]) return [];
    return [{ at, suggested, margin: shares[truth[at]] - shares[suggested] }];
  });
  return found.sort((one, other) => one.margin - other.margin).map(({ at, suggested }) => [at, suggested]);
}

const mean = (shares) => (shares.length ? shares.reduce((sum, one) => sum + one, 0) / shares.length : Infinity);
