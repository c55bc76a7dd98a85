// A table -> the pieces of a view, by the templates of the Gradio page, filled as demo/analysis/*_view.py fill them.
import { calibrationError, BINS, refusals, reliability } from "./calibration.mjs";
import { compared } from "./comparison.mjs";
import { confusion, count, digitRows, topConfusions, wilson } from "./counts.mjs";
import { doubtfulLabels } from "./doubts.mjs";
import { pageCount, PER_PAGE, selected } from "./selection.mjs";
import { render } from "./templates.mjs";

const MOST_DOUBTS = 50; // shown; the gallery shows all
const LEAST_ERROR = 1e-6; // the top of a chart of no mistakes

export const finding = (table) => render("finding", { error: wilson(count(table.wrong), table.length), name: table.data.name, refused: table.refused });

/** lists: [name, label, {value: title}, chosen]. */
export const chooser = (lists) => render("chooser", { lists: lists.map(([name, label, options, chosen]) => [name, label, pairs(options), chosen]), unfit: {} });

/** titles: name -> title of each section that there is. */
export const sections = (address, titles) =>
  render("sections", { sections: Object.entries(titles).map(([name, title]) => [title, address.to({ show: name, page: address.page }), name === address.show]) });

/** Name of a section -> a function of table, second table or null, and address. */
export const SECTIONS = {
  overview(table, _, address) {
    const matrix = confusion(table), digits = digitRows(matrix);
    const mistakes = matrix.flatMap((row, truth) => row.filter((_, answer) => answer !== truth));
    const widest = Math.max(...digits.filter(({ error }) => error.total).map(({ error }) => error.high));
    return render("overview", { top: topConfusions(matrix), matrix, worst: Math.max(...mistakes, 1), digits, widest, address });
  },
  calibration(table) {
    const bins = reliability(table), refused = refusals(table), pictures = table.length;
    const highest = Math.max(...refused.map(({ error }) => error.share), LEAST_ERROR);
    return render("calibration", {
      bins,
      most_bins: BINS,
      fullest: Math.max(...bins.map(({ right }) => right.total)),
      calibration_error: calibrationError(bins, pictures),
      refusals: refused,
      count: pictures,
      highest,
      curve: refused.map(({ answered, error }) => [(2 * answered) / pictures - 1, error.share / highest]),
      mark: null,
      kept: 0,
    });
  },
  compare(table, other, address) {
    if (!other) return render("comparison", { found: null });
    return render("comparison", { found: compared(table, other), first: count(table.wrong), second: count(other.wrong), address });
  },
  labels(table, other, address) {
    const doubts = doubtfulLabels(table);
    return render("label_issues", { pictures: table, count: doubts.length, shown: doubts.slice(0, MOST_DOUBTS), other, address });
  },
};

/** kinds, sorts: key -> what the filters are called. */
export function gallery(table, other, address, { kinds, sorts }) {
  const indices = selected(table, other, address), last = pageCount(indices) - 1, page = Math.min(address.page, last);
  const offered = Object.entries(kinds).filter(([key]) => other || !["fixed", "broken"].includes(key));
  return render("gallery", {
    description: described(address, kinds),
    kinds: offered.map(([key, name]) => [name, address.to({ only: key, truth: null, answer: null }), address.only === key]),
    sorts: Object.entries(sorts).map(([key, name]) => [name, address.to({ sort: key }), address.sort === key]),
    count: indices.length,
    pictures: table,
    shown: indices.slice(page * PER_PAGE, (page + 1) * PER_PAGE),
    page,
    last,
    address,
  });
}

/** explained: {tinted, near: null}, as demo/analysis/picture_view.py has it; null where nothing can be. */
export function picture(table, other, address, explained) {
  const at = address.picture;
  return render("picture", {
    called: table.called(at),
    truth: table.truth[at],
    answer: table.answers[at],
    seen: table.predictions.seen[at],
    shares: table.predictions.probabilities[at],
    loss: table.loss[at],
    margin: table.margin[at],
    digit_score: table.predictions.digit_score[at],
    other: other && [other.answers[at], other.confidence[at]],
    explained,
    address,
  });
}

function described({ only, truth, answer }, kinds) {
  return [kinds[only], ...(truth === null ? [] : [`truth ${truth}`]), ...(answer === null ? [] : [`answer ${answer}`])].join(", ");
}

/** As Python's templates walk over a dictionary's items. */
const pairs = (options) => ({ items: () => Object.entries(options) });
