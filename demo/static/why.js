"use strict";
// What the server, or the page in its place, knows beyond the answer: asked for only while its panel is open, and only once the pen rests.

const REST_MS = 500;
const FIRST = "Draw a digit or send a picture first.";

class WhyPanel {
  /** root is a <details>; explain(picture) returns a promise of {html}, made by our own server or page. */
  constructor(root, explain) {
    this.root = root;
    this.picture = null;
    this.instead = FIRST;
    this.later = 0;
    root.hidden = !explain; // a light page has nobody to ask
    this.questions = new NewestAnswer({
      ask: explain,
      show: ({ html }) => (this.body.innerHTML = html),
      fail: () => (this.body.textContent = "The server cannot be reached; I will ask again in a moment."),
      work: (busy) => root.setAttribute("aria-busy", String(busy)),
    });
    this.body = root.querySelector("[data-part]");
    root.ontoggle = () => this.#refresh(0);
  }

  /** Say which picture is explained from now on; null for none, and then what to do instead. */
  about(picture, instead = FIRST) {
    this.picture = picture;
    this.instead = instead;
    this.#refresh(REST_MS);
  }

  #refresh(wait_ms) {
    clearTimeout(this.later);
    this.questions.withdraw();
    if (!this.root.open) return;
    if (this.picture === null) this.body.textContent = this.instead;
    else this.later = setTimeout(() => this.questions.want(() => this.picture), wait_ms);
  }
}
