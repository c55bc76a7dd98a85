"use strict";
// The answer panel: one message from the recogniser -> what people see, hear and test.

const SAY_AFTER_MS = 700; // a screen reader hears the settled answer, not one for each pen movement
const IF_IT_WERE = "If it were a digit, which one?"; // a refusal beside "100%" would contradict itself

class AnswerPanel {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.invitation = this.part("sentence").textContent;
    this.caption = root.querySelector("caption");
    this.question = this.caption.textContent;
    this.revision = 0;
    this.sayLater = 0;
    this.rows = Array.from({ length: 10 }, (_, digit) => this.#row(digit));
    this.part("bars").replaceChildren(...this.rows);
    this.#picture("seen", null); // its place is kept, so that nothing moves when the answer comes
  }

  /** message: {digits, sentence, probabilities: 10 numbers or null, seen: data URL or null, preview?, problem?} */
  show(message) {
    this.part("digits").textContent = message.digits || "–";
    this.part("sentence").textContent = message.sentence;
    this.rows.forEach((row, digit) => this.#fill(row, message.probabilities?.[digit] ?? null));
    this.root.classList.toggle("is-empty", !message.digits);
    this.caption.textContent = message.probabilities && !message.digits ? IF_IT_WERE : this.question;
    this.root.classList.toggle("is-number", Boolean(message.number)); // bars tell of one digit only
    this.root.classList.toggle("is-problem", Boolean(message.problem));
    this.#picture("seen", message.seen);
    this.#picture("preview", message.preview);
    this.root.dataset.digits = message.digits;
    this.root.dataset.revision = String(++this.revision); // last: whoever waits for it finds everything in place
    clearTimeout(this.sayLater);
    this.sayLater = setTimeout(() => (this.part("spoken").textContent = message.sentence), SAY_AFTER_MS);
  }

  /** Say that the answer takes its time; the one shown so far stays. */
  wait() {
    this.part("sentence").textContent = "Many people are drawing just now. Your answer comes in a moment.";
  }

  reset() {
    this.show({ digits: "", sentence: this.invitation, probabilities: null, seen: null });
  }

  #picture(name, url) {
    this.part(name).src = url ?? "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    this.part(name).closest("figure").classList.toggle("is-absent", !url);
  }

  #row(digit) {
    const row = document.createElement("tr");
    const cell = (tag, className, text = "") =>
      Object.assign(document.createElement(tag), { className, textContent: text });
    const name = cell("th", "bar-name", String(digit));
    name.scope = "row";
    const track = cell("td", "bar-track");
    track.append(cell("span", "bar-fill"));
    row.append(name, track, cell("td", "bar-number"));
    return row;
  }

  /** A share in [0, 1], or null while there is nothing to tell. */
  #fill(row, share) {
    row.querySelector(".bar-fill").style.transform = `scaleX(${share ?? 0})`;
    row.querySelector(".bar-number").textContent = share === null ? "" : `${(share * 100).toFixed(1)}%`;
    row.classList.toggle("is-top", share >= 0.5);
  }
}
