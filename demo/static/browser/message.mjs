// An answer as the panel shows it, in the words of demo/message.py, which `make space` writes into settings.json.

const SIDE_PX = 28;

/** What number.mjs read, and settings.json -> what AnswerPanel shows. */
export function ofNumber({ digits, whole, parts, touching }, settings) {
  if (!parts.length) return { ...ofAnswer(whole, settings), ...(touching && { sentence: settings.touching }) };
  const answers = parts.map(({ answer }) => answer);
  const weakest = answers.reduce((one, other) => (surest(other) < surest(one) ? other : one));
  const read = answers.every(({ label }) => label !== null);
  return {
    digits: read ? digits : "",
    sentence: (read ? settings.number : settings.partly)
      .replace("{number}", digits)
      .replace("{digit}", String(weakest.probabilities.indexOf(surest(weakest))))
      .replace("{share}", percent(surest(weakest))),
    probabilities: null,
    seen: picture(answers.map(({ seen }) => seen)),
    number: true,
  };
}

function ofAnswer({ probabilities, seen, blank, label }, settings) {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const share = probabilities[order[0]];
  const kind = blank ? "blank" : label === null ? "refused" : share < settings.unsure_below ? "unsure" : "sure";
  return {
    digits: String(label ?? ""),
    sentence: settings.sentences[kind]
      .replace("{first}", settings.names[order[0]])
      .replace("{second}", settings.names[order[1]])
      .replace("{share}", percent(share)),
    probabilities: blank ? null : probabilities,
    seen: picture([seen]),
  };
}

export function ofProblem(text) {
  return { digits: "", sentence: text, probabilities: null, seen: null, problem: true };
}

const surest = ({ probabilities }) => Math.max(...probabilities);
const percent = (share) => (share > 0.999 ? "more than 99.9%" : `${(share * 100).toFixed(1)}%`);

/** What the net saw of each digit, side by side, as a data URL. */
function picture(seen) {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE_PX * seen.length;
  canvas.height = SIDE_PX;
  seen.forEach((inks, at) => {
    const rgba = new Uint8ClampedArray(inks.flatMap((ink) => [ink * 255, ink * 255, ink * 255, 255]));
    canvas.getContext("2d").putImageData(new ImageData(rgba, SIDE_PX, SIDE_PX), at * SIDE_PX, 0);
  });
  return canvas.toDataURL();
}
