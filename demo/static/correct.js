"use strict";
// One tap tells the right digit; another one tells another, and each can be taken back.

const FORGETFUL = " Your browser keeps nothing for this page, so download your corrections before you leave it.";

class CorrectionRow {
  /**
   * server: correct(request) and take_corrections(request), both promises; absent where nothing is kept. What keeps them
   * in this browser says whether it is `forgetful`.
   * model(): the name of what answered, undefined for the first. kept() hears that there is one more; forget([id]) takes
   * one back, a promise of what the server says.
   */
  constructor(root, server, { model, kept, forget }) {
    Object.assign(this, { root, server, model, kept, forget });
    this.last = null; // the id of what was told of this picture
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.picture = null;
    for (let digit = 0; digit < 10; digit += 1) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: digit });
      button.setAttribute("aria-label", `It is a ${digit}`);
      button.onclick = () => this.#tell(digit);
      this.part("choices").append(button);
    }
    for (const kind of ["npz", "pictures"]) this.part(kind).onclick = () => this.take(kind, this.part("said"));
    this.part("take-back").onclick = () => this.#takeBack();
  }

  /** Say which picture would be corrected from now on; null for none. */
  about(picture) {
    this.picture = picture;
    this.root.hidden = picture === null || !this.server.correct;
    this.part("said").textContent = "";
    this.#mark(null, null);
  }

  /** Corrections are gone: those of these ids, all for null. */
  gone(ids) {
    if (this.last !== null && (ids === null || ids.includes(this.last))) this.#mark(null, null);
  }

  async #tell(digit) {
    const about = this.picture;
    const said = await this.server.correct({ picture: about, model: this.model(), digit, visitor: visitor() }).catch(() => ({
      sentence: "The server cannot be reached, so this was not kept. Please tap again.",
    }));
    if (about !== this.picture) return;
    this.part("said").textContent = said.sentence + (said.count && (said.forgetful ?? isForgetful()) ? FORGETFUL : "");
    if (!said.count) return;
    this.part("mine").hidden = false;
    this.#mark(digit, said.id);
    this.kept();
  }

  async #takeBack() {
    const about = this.picture;
    const said = await this.forget([this.last]);
    if (about === this.picture) this.part("said").textContent = said.sentence;
  }

  /** Show which digit was told, and whether that can be taken back. */
  #mark(digit, id) {
    this.last = id;
    this.part("take-back").hidden = id === null;
    for (const [at, button] of [...this.part("choices").children].entries())
      button.setAttribute("aria-pressed", String(at === digit));
  }

  /** Download all corrections of this visitor; where that fails, `said` gets a sentence. */
  async take(kind, said) {
    const taken = await this.server.take_corrections({ visitor: visitor(), kind }).catch(() => ({
      sentence: "The server cannot be reached. Please try again in a moment.",
    }));
    if (!taken.url) said.textContent = taken.sentence;
    else Object.assign(document.createElement("a"), { href: taken.url, download: taken.name }).click();
  }
}
