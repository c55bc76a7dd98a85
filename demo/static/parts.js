"use strict";
// The digits of a number, each to be chosen: in the answer, and by its box on the uploaded picture or on the canvas.

/** Makes the digits in the answer, and the boxes on the preview, buttons that say which one was chosen. */
class NumberParts {
  /** digits, boxes: elements to fill; choose(index) is called with the place of the chosen part. */
  constructor(digits, boxes, choose) {
    Object.assign(this, { digits, boxes, choose });
    this.parts = [];
  }

  /** parts: as message.py makes them, each with digits, box and line; size: [height, width] of their picture, in px. */
  show(parts, size) {
    this.parts = parts;
    this.digits.replaceChildren(...parts.flatMap((part, at) => [...this.#space(part, at), this.#digit(part, at)]));
    this.boxes.replaceChildren(...parts.map((part, at) => this.#box(part, at, size)));
  }

  /** One digit or none is shown by others. */
  clear() {
    this.parts = [];
    this.boxes.replaceChildren();
  }

  /** Mark the chosen part, -1 for none. */
  mark(index) {
    for (const place of [this.digits, this.boxes])
      place.querySelectorAll("button").forEach((button, at) => button.setAttribute("aria-pressed", String(at === index)));
  }

  /** Lines are parted by a space. */
  #space({ line }, at) {
    return at > 0 && this.parts[at - 1].line !== line ? [" "] : [];
  }

  #digit(part, at) {
    return this.#button({ textContent: part.digits || "?" }, part, at);
  }

  #box(part, at, [height, width]) {
    const [top, left, bottom, right] = part.box;
    const button = this.#button({}, part, at);
    const share = (length, whole) => `${(100 * length) / whole}%`;
    Object.assign(button.style, {
      top: share(top, height),
      left: share(left, width),
      height: share(bottom - top, height),
      width: share(right - left, width),
    });
    return button;
  }

  #button(content, part, at) {
    const button = Object.assign(document.createElement("button"), { type: "button", ...content });
    button.setAttribute("aria-label", `Part ${at + 1} of ${this.parts.length}: ${part.digits || "no digit"}`);
    button.setAttribute("aria-pressed", "false");
    button.onclick = () => this.choose(at);
    return button;
  }
}

/** The place of the part whose box holds a point [x, y], in px of the picture; -1 where there is none. */
function partAt(parts, point) {
  if (!point) return -1;
  const [x, y] = point;
  return parts.findIndex(({ box: [top, left, bottom, right] }) => top <= y && y <= bottom && left <= x && x <= right);
}

/** The middle of a part's box, [x, y]. */
function middleOf({ box: [top, left, bottom, right] }) {
  return [(left + right) / 2, (top + bottom) / 2];
}
