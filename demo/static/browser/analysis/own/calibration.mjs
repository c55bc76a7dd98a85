// Is the model as often right as it says, and what would refusing cost? As demo/analysis/calibration.py counts it.
import { count, wilson } from "./counts.mjs";

export const BINS = 15;
const COVERAGES = [1.0, 0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.5];

/** The equally wide bins of confidence that hold pictures: {low, high, confidence: their mean, right: a rate}. */
export function reliability({ confidence, wrong }) {
  const places = confidence.map((share) => Math.min(Math.max(Math.ceil(share * BINS) - 1, 0), BINS - 1));
  return [...Array(BINS).keys()].flatMap((place) => {
    const inside = [...places.keys()].filter((at) => places[at] === place);
    if (!inside.length) return [];
    const mean = inside.reduce((sum, at) => sum + confidence[at], 0) / inside.length;
    return [{ low: place / BINS, high: (place + 1) / BINS, confidence: mean, right: wilson(count(inside.map((at) => !wrong[at])), inside.length) }];
  });
}

/** Mean distance of confidence and share of right answers, weighted by pictures: Guo et al. 2017. */
export function calibrationError(bins, pictures) {
  return bins.reduce((sum, { right, confidence }) => sum + right.total * Math.abs(right.share - confidence), 0) / pictures;
}

/** Error among the answered when the least confident are refused: {confidence, answered, error: a rate} for each share. */
export function refusals({ confidence, wrong, length }) {
  const order = [...Array(length).keys()].sort((one, other) => confidence[other] - confidence[one]);
  let mistakes = 0;
  const so_far = order.map((at) => (mistakes += wrong[at] ? 1 : 0));
  return COVERAGES.map((coverage) => {
    const answered = Math.max(toEven(coverage * length), 1);
    return { confidence: confidence[order[answered - 1]], answered, error: wilson(so_far[answered - 1], answered) };
  });
}

/** Rounded as Python does: halves go to the even number. */
function toEven(value) {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + (down % 2) : Math.round(value);
}
