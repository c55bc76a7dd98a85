"use strict";
// One tap tells the right digit; what this visitor told can be taken away again.

const VISITOR_KEY = "digits-visitor";

class CorrectionRow {
  /** server: correct(request) and take_corrections(request), both promises; absent where nothing is kept. */
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.picture = null;
    for (let digit = 0; digit < 10; digit += 1) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: digit });
      button.setAttribute("aria-label", `It is a ${digit}`);
      button.onclick = () => this.#tell(digit);
      this.part("choices").append(button);
    }
    for (const kind of ["npz", "pictures"]) this.part(kind).onclick = () => this.#take(kind);
  }

  /** Say which picture would be corrected from now on; null for none. */
  about(picture) {
    this.picture = picture;
    this.root.hidden = picture === null || !this.server.correct;
    this.part("said").textContent = "";
  }

  async #tell(digit) {
    const about = this.picture;
    const said = await this.server.correct({ picture: about, digit, visitor: visitor() }).catch(() => ({
      sentence: "The server cannot be reached, so this was not kept. Please tap again.",
    }));
    if (about !== this.picture) return;
    this.part("said").textContent = said.sentence;
    if (said.count) this.part("mine").hidden = false;
  }

  async #take(kind) {
    const taken = await this.server.take_corrections({ visitor: visitor(), kind });
    if (!taken.url) this.part("said").textContent = taken.sentence;
    else Object.assign(document.createElement("a"), { href: taken.url, download: taken.name }).click();
  }
}

/** 32 hexadecimal digits that only this browser knows. */
function visitor() {
  let name = localStorage.getItem(VISITOR_KEY);
  if (!name) {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    name = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem(VISITOR_KEY, name);
  }
  return name;
}
