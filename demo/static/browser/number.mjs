// A picture of one digit or of several, read as a number by the rules of demo/number.py.
import { segments } from "./segment.mjs";

const UNREAD = "?"; // stands for a part that is no digit

/** {digits, whole: answer, parts: [{box, answer}]}; parts is empty for one digit. read(picture) gives an answer. */
export async function readNumber(read, picture, { threshold, constants }) {
  const whole = labelled(await read(picture), threshold);
  const found = segments(picture, constants);
  if (whole.blank || found.flat().length < 2) return one(whole);
  for (const line of found)
    for (const part of line) part.answer = judged(labelled(await read(part.picture), threshold), part, line, constants);
  const parts = found.flat();
  if (isOneDigit(whole, found, constants)) return one(whole);
  const digits = found.map((line) => line.map(({ answer }) => answer.label ?? UNREAD).join("")).join(" ");
  return { digits, whole, parts };
}

const one = (whole) => ({ digits: String(whole.label ?? ""), whole, parts: [] });
const tall = ({ box }) => box[2] - box[0];
const wide = ({ box }) => box[3] - box[1];
const least = (values) => Math.min(...values);
const most = (values) => Math.max(...values);

function labelled(answer, threshold) {
  const blank = !answer.seen.some((ink) => ink > 0);
  const label = blank || answer.score < threshold ? null : answer.probabilities.indexOf(most(answer.probabilities));
  return { ...answer, blank, label };
}

/** The answer for one part of a line; refused where its shape is not that of one digit beside the others. */
function judged(answer, part, line, { PIECE, WIDE, LIKELY }) {
  const low = tall(part) < PIECE * most(line.map(tall));
  const double = wide(part) > WIDE * tall(part) && answer.score < LIKELY;
  return low || double ? { ...answer, label: null } : answer;
}

/** Whether what was found is better taken for one digit in pieces, or for one digit with dirt beside it. */
function isOneDigit(whole, lines, constants) {
  const parts = lines.flat(), answers = parts.map(({ answer }) => answer);
  const digits = answers.filter(({ label }) => label !== null);
  if (!digits.length) return true;
  if (whole.label === null) return false;
  if (answers.length > constants.MOST_PIECES || !compact(parts, constants)) return digits.length === 1;
  const sure = digits.length === answers.length && answers.every((answer) => most(answer.probabilities) >= constants.SURE);
  if (!lines.every((line) => sideBySide(line, constants))) return true;
  return !sure && whole.score >= least(answers.map(({ score }) => score));
}

function compact(parts, { COMPACT }) {
  const edge = (side) => parts.map(({ box }) => box[side]);
  return most(edge(3)) - least(edge(1)) <= COMPACT * (most(edge(2)) - least(edge(0)));
}

function sideBySide(line, { SHARED }) {
  const apart = (left, right) => left.box[3] - right.box[1] <= SHARED * Math.min(wide(left), wide(right));
  return line.length > 1 && line.slice(1).every((right, at) => apart(line[at], right));
}
