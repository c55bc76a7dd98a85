// A picture of one digit or of several, read as a number by the rules of demo/number.py.
import { glances } from "./glances.mjs";
import { segments } from "./segment.mjs";
import { halves } from "./split.mjs";

const UNREAD = "?"; // stands for a part that is no digit

/**
 * {digits, whole: answer, parts: [{box, answer}], touching: whether ink was refused because it may be two digits};
 * parts is empty for one digit. read(picture) gives an answer.
 */
export async function readNumber(read, picture, { threshold, constants }) {
  const answerOf = async (image) => labelled(await read(image), threshold);
  const again = (image, answer) => lookAgain(read, image, answer, threshold, constants);
  const whole = await answerOf(picture);
  const found = segments(picture, constants);
  if (whole.blank || !found.length) return one(whole);
  if (found.flat().length === 1) {
    const [[piece]] = found;
    return onePiece(answerOf, piece, piece.lined ? await answerOf(piece.picture) : whole, constants);
  }
  const lines = [];
  for (const line of found) lines.push(await readLine(answerOf, again, line, constants));
  return isOneDigit(whole, lines, constants) ? one(whole) : { digits: written(lines), whole, parts: lines.flat(), touching: false };
}

const one = (whole) => ({ digits: String(whole.label ?? ""), whole, parts: [], touching: false });
const written = (lines) => lines.map((line) => line.map(({ answer }) => answer.label ?? UNREAD).join("")).join(" ");
const refused = (answer) => ({ ...answer, label: null });
const tall = ({ box }) => box[2] - box[0];
const wide = ({ box }) => box[3] - box[1];
const least = (values) => Math.min(...values);
const most = (values) => Math.max(...values);

function labelled(answer, threshold) {
  const blank = !answer.seen.some((ink) => ink > 0);
  const label = blank || answer.score < threshold ? null : answer.probabilities.indexOf(most(answer.probabilities));
  return { ...answer, blank, label };
}

/** A picture whose ink hangs together: one digit, or two that touch. */
async function onePiece(answerOf, piece, whole, constants) {
  const parts = await apartIfTwo(answerOf, piece, whole, constants);
  if (parts.length === 2) return { digits: written([parts]), whole, parts, touching: false };
  return { ...one(parts[0].answer), touching: parts[0].answer.label !== whole.label };
}

/** The answers for the parts of a line, after putting together what is one digit and cutting what is two. */
async function readLine(answerOf, again, line, constants) {
  const highest = most(line.map(tall)), parts = [];
  for (const { part, answer } of await joined(answerOf, line)) {
    const low = tall(part) < constants.PIECE * highest;
    parts.push(...(low ? [{ box: part.box, answer: refused(answer) }] : await readPart(answerOf, again, part, answer, constants)));
  }
  return parts;
}

/** A part of a number, cut where it is two digits, looked at again where one look is unsure. */
async function readPart(answerOf, again, part, answer, constants) {
  const parts = await apartIfTwo(answerOf, part, answer, constants);
  const unsure = answer.label === null || most(answer.probabilities) < constants.UNSURE;
  if (unsure && parts[0].answer === answer) return [{ box: part.box, answer: await again(part.picture, answer) }];
  return parts;
}

/** The answer with the mean probabilities of nine views; refused where their mean score is low, too. */
async function lookAgain(read, image, answer, threshold, constants) {
  const answers = [];
  for (const view of glances(image, constants)) answers.push(await read(view));
  const mean = (value) => answers.reduce((sum, one) => sum + value(one), 0) / answers.length;
  const probabilities = answer.probabilities.map((_, digit) => mean((one) => one.probabilities[digit]));
  return labelled({ ...answer, probabilities, score: Math.max(answer.score, mean(({ score }) => score)) }, threshold);
}

/** The parts of a line with their answers; two that are more surely one digit than each is one are put together. */
async function joined(answerOf, line) {
  const waiting = [], parts = [];
  for (const part of line) waiting.push({ part, answer: await answerOf(part.picture) });
  while (waiting.length) {
    let next = waiting.shift();
    if (next.part.joined && waiting.length) {
      const both = await answerOf(next.part.joined.picture);
      if (both.label !== null && sureness(both) > least([next, waiting[0]].map(({ answer }) => sureness(answer)))) {
        next = { part: next.part.joined, answer: both };
        waiting.shift();
      }
    }
    parts.push(next);
  }
  return parts;
}

/** One part, or two where either side of a cut is clearly more of a digit than the whole, or a refusal. */
async function apartIfTwo(answerOf, part, answer, constants) {
  const { ONE, SLIM, RING, CLEARER, CLEAR, TWO, EITHER, OTHER, WIDE, LIKELY } = constants, { box } = part;
  if (answer.score >= ONE || wide(part) < SLIM * tall(part)) return [{ box, answer }];
  const pairs = [];
  for (const pair of halves(part, answer.probabilities[0] >= RING, constants)) {
    const sides = [];
    for (const half of pair) sides.push({ box: half.box, answer: await answerOf(half.picture) });
    const sure = least(sides.map((side) => sureness(side.answer)));
    if (sides.every((side) => side.answer.label !== null)) pairs.push({ sides, sure, says: written([sides]) });
  }
  const best = pairs.reduce((one, other) => (other.sure > one.sure ? other : one), { sure: -1 });
  if (best.sure >= CLEAR && 1 - best.sure < CLEARER * (1 - answer.score)) {
    const doubted = pairs.some(({ sure, says }) => says !== best.says && sure >= OTHER);
    return best.sure >= TWO && !doubted ? best.sides : [{ box, answer: refused(answer) }];
  }
  const needed = best.sure >= EITHER ? LIKELY : Math.min(LIKELY, wide(part) / tall(part) - WIDE);
  return [{ box, answer: answer.score < needed ? refused(answer) : answer }];
}

/** How surely this is one digit, and which one, in [0, 1]. */
const sureness = ({ score, probabilities }) => score * most(probabilities);

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
