// An answer as the panel shows it, in the words of demo/answers/message.py, which `make space` writes into settings.json.
import { pngUrl } from "./png.mjs";

const SIDE_PX = 28;
const UNREAD = "?"; // stands for a part that is no digit

/**
 * What the reader found, and settings.json -> what AnswerPanel shows: for one digit its answer, for several a number; each of
 * its parts with a `picture` of it alone, which a correction keeps.
 */
export function ofNumber({ parts, more }, settings) {
  if (!parts.length) return ofBlank(settings);
  if (parts.length === 1) return ofAnswer(parts[0], settings);
  const text = written(parts), read = !text.includes(UNREAD);
  const weakest = parts.reduce((one, other) => (surest(other) < surest(one) ? other : one));
  const sentence = (read ? settings.number : settings.partly)
    .replace("{number}", text)
    .replace("{digit}", String(weakest.probabilities.indexOf(surest(weakest))))
    .replace("{share}", percent(surest(weakest)));
  return {
    digits: read ? text : "",
    sentence: sentence + (more > 0 ? settings.more : ""),
    probabilities: null,
    seen: picture(parts.map(({ seen }) => seen)),
    number: true,
    parts: parts.map((part) => ({ ...ofAnswer(part, settings), digit_score: part.score, picture: alone(part), box: part.box, line: part.line })),
  };
}

/** "42", "4?" where a part is no digit; lines are parted by a space. */
function written(parts) {
  const space = (line, at) => (at > 0 && line !== parts[at - 1].line ? " " : "");
  return parts.map(({ label, line }, at) => space(line, at) + (label ?? UNREAD)).join("");
}

function ofBlank({ sentences }) {
  return { digits: "", sentence: sentences.blank, probabilities: null, seen: picture([new Array(SIDE_PX ** 2).fill(0)]) };
}

function ofAnswer({ probabilities, seen, label }, settings) {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const share = probabilities[order[0]];
  const kind = label === null ? "refused" : share < settings.unsure_below ? "unsure" : "sure";
  return {
    digits: String(label ?? ""),
    sentence: settings.sentences[kind]
      .replace("{first}", settings.names[order[0]])
      .replace("{second}", settings.names[order[1]])
      .replace("{share}", percent(share)),
    probabilities,
    seen: picture([seen]),
  };
}

export function ofProblem(text) {
  return { digits: "", sentence: text, probabilities: null, seen: null, problem: true };
}

/** A part as it was seen, dark on light, and what was read of it. */
const alone = (part) => ({ width: SIDE_PX, height: SIDE_PX, pixels: Uint8Array.from(part.seen, (ink) => 255 - Math.round(255 * ink)), part });
const surest = ({ probabilities }) => Math.max(...probabilities);
const percent = (share) => (share > 0.999 ? "more than 99.9%" : `${(share * 100).toFixed(1)}%`);

/** What the net saw of each digit, side by side, as a data URL. */
function picture(seen) {
  const width = SIDE_PX * seen.length;
  const pixels = new Uint8Array(width * SIDE_PX);
  seen.forEach((inks, at) =>
    inks.forEach((ink, place) => {
      pixels[Math.floor(place / SIDE_PX) * width + at * SIDE_PX + (place % SIDE_PX)] = Math.round(ink * 255);
    }),
  );
  return pngUrl({ width, height: SIDE_PX, pixels });
}
