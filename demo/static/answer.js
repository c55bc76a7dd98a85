"use strict";
// The answer panel: one message from the recogniser -> what people see, hear and test.

const SAY_AFTER_MS = 700; // a screen reader hears the settled answer, not one for each pen movement
const IF_IT_WERE = "If it were a digit, which one?"; // a refusal beside "100%" would contradict itself

class AnswerPanel {
  /** choose(index) is called when a digit of a number is chosen. */
  constructor(root, choose) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.invitation = this.part("sentence").textContent;
    this.caption = root.querySelector("caption");
    this.question = this.caption.textContent;
    this.revision = 0;
    this.sayLater = 0;
    this.parts = new NumberParts(this.part("digits"), this.part("boxes"), choose);
    this.rows = Array.from({ length: 10 }, (_, digit) => this.#row(digit));
    this.part("bars").replaceChildren(...this.rows);
    this.#picture("seen", null); // its place is kept, so that nothing moves when the answer comes
  }

  /**
   * message: {digits, sentence, probabilities: 10 numbers or null, seen: data URL or null, preview?, problem?}, and for a
   * number {parts, size}: the same for each of its digits, with box and line, and the height and width of their picture.
   */
  show(message) {
    this.message = message;
    if (message.parts) this.parts.show(message.parts, message.size);
    else this.parts.clear();
    if (!message.parts) this.part("digits").textContent = message.digits || "–";
    this.#tell(message);
    this.root.classList.remove("has-part");
    this.root.classList.toggle("is-number", Boolean(message.number)); // bars tell of one digit only
    this.root.classList.toggle("is-problem", Boolean(message.problem));
    this.#picture("preview", message.preview);
    this.root.dataset.digits = message.digits;
    this.root.dataset.revision = String(++this.revision); // last: whoever waits for it finds everything in place
    this.#say(message.sentence, SAY_AFTER_MS);
  }

  /** Look at one digit of the number that is shown, or for -1 at the number again. */
  choose(index) {
    const one = this.message?.parts?.[index];
    this.root.classList.toggle("has-part", Boolean(one));
    this.parts.mark(index);
    if (!this.message?.parts) return;
    this.#tell(one ?? this.message);
    this.#say((one ?? this.message).sentence, one ? 0 : SAY_AFTER_MS);
  }

  #tell({ digits, sentence, probabilities, seen }) {
    this.part("sentence").textContent = sentence;
    this.rows.forEach((row, digit) => this.#fill(row, probabilities?.[digit] ?? null));
    this.root.classList.toggle("is-empty", !digits);
    this.caption.textContent = probabilities && !digits ? IF_IT_WERE : this.question;
    this.#picture("seen", seen);
  }

  #say(sentence, after_ms) {
    clearTimeout(this.sayLater);
    this.sayLater = setTimeout(() => (this.part("spoken").textContent = sentence), after_ms);
  }

  /** Say that the answer takes its time; the one shown so far stays. */
  wait() {
    this.part("sentence").textContent = "Many people are drawing just now. Your answer comes in a moment.";
  }

  /** On a small screen the answer to an upload is elsewhere: bring it into sight. */
  reveal() {
    this.root.querySelector(".headline").scrollIntoView({ block: "nearest" });
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
