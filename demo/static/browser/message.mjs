// An answer in the words of the page, as demo/message.py says them; a test compares both.

const UNSURE_BELOW = 0.8;
const SIDE_PX = 28;

/** {probabilities, seen, score, threshold} -> what AnswerPanel shows. */
export function ofAnswer({ probabilities, seen, score, threshold }) {
  const blank = !seen.some((ink) => ink > 0);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const refused = blank || score < threshold;
  return {
    digits: refused ? "" : String(order[0]),
    sentence: sentence({ blank, refused, first: order[0], second: order[1], share: probabilities[order[0]] }),
    probabilities: blank ? null : probabilities,
    seen: picture(seen),
  };
}

export function ofProblem(text) {
  return { digits: "", sentence: text, probabilities: null, seen: null, problem: true };
}

function sentence({ blank, refused, first, second, share }) {
  if (blank) return "I see no ink yet. Draw one digit, large, or send a picture with more contrast.";
  if (refused)
    return `That does not look like a digit to me (my best guess would be ${first}). Try one digit, drawn large.`;
  if (share < UNSURE_BELOW) return `Probably ${first}, but it could be ${second}.`;
  return `This is ${first}, ${share > 0.999 ? "more than 99.9%" : `${(share * 100).toFixed(1)}%`} sure.`;
}

function picture(seen) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX;
  const rgba = new Uint8ClampedArray(seen.flatMap((ink) => [ink * 255, ink * 255, ink * 255, 255]));
  canvas.getContext("2d").putImageData(new ImageData(rgba, SIDE_PX, SIDE_PX), 0, 0);
  return canvas.toDataURL();
}
