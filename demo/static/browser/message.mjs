// An answer as the panel shows it, in the words of demo/message.py, which `make space` writes into settings.json.

const SIDE_PX = 28;

/** {probabilities, seen, score} and settings.json -> what AnswerPanel shows. */
export function ofAnswer({ probabilities, seen, score }, settings) {
  const blank = !seen.some((ink) => ink > 0);
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const share = probabilities[order[0]];
  const refused = blank || score < settings.threshold;
  const kind = blank ? "blank" : refused ? "refused" : share < settings.unsure_below ? "unsure" : "sure";
  return {
    digits: refused ? "" : String(order[0]),
    sentence: settings.sentences[kind]
      .replace("{first}", settings.names[order[0]])
      .replace("{second}", settings.names[order[1]])
      .replace("{share}", share > 0.999 ? "more than 99.9%" : `${(share * 100).toFixed(1)}%`),
    probabilities: blank ? null : probabilities,
    seen: picture(seen),
  };
}

export function ofProblem(text) {
  return { digits: "", sentence: text, probabilities: null, seen: null, problem: true };
}

function picture(seen) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX;
  const rgba = new Uint8ClampedArray(seen.flatMap((ink) => [ink * 255, ink * 255, ink * 255, 255]));
  canvas.getContext("2d").putImageData(new ImageData(rgba, SIDE_PX, SIDE_PX), 0, 0);
  return canvas.toDataURL();
}
