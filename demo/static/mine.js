"use strict";
// All that this visitor corrected: to be seen, taken back and taken away, after Clear and after a reload too.

class OwnCorrections {
  /** root is a <details>; server: my_corrections, forget_corrections; taken(ids) hears what was taken back, null for all. */
  constructor(root, server, { known, taken, take }) {
    Object.assign(this, { root, server, known, taken });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.part("mine-forget").onclick = () => this.forget(null);
    this.part("mine-npz").onclick = () => take("npz", this.part("mine-said"));
    this.part("mine-pictures").onclick = () => take("pictures", this.part("mine-said"));
    root.ontoggle = () => root.open && this.#open();
    this.refresh();
  }

  /** Ask the server anew; who has corrected nothing sees nothing. */
  async refresh() {
    const visitor = this.known();
    if (!this.server.my_corrections || !visitor) return;
    const told = await this.server.my_corrections({ visitor }).catch(() => ({
      sentence: "The server cannot be reached, so this list may be old. Please close and open it again in a moment.",
    }));
    if (told.shown) this.#show(told);
    else this.part("mine-said").textContent = told.sentence;
  }

  #open() {
    this.part("mine-said").textContent = ""; // what was said of an earlier look
    return this.refresh();
  }

  /** Take back those of these ids, all for null; a promise of what the server says. */
  async forget(ids) {
    const told = await this.server.forget_corrections({ visitor: this.known(), ids }).catch(() => ({
      sentence: "The server cannot be reached, so nothing was taken back. Please try again.",
      count: null,
    }));
    this.part("mine-said").textContent = told.sentence;
    if (told.count !== null) {
      this.taken(ids);
      await this.refresh();
    }
    return told;
  }

  #show({ count, shown }) {
    this.root.hidden = count === 0 && !this.root.open; // who has just taken back the last one reads so
    this.part("mine-count").textContent = String(count);
    for (const name of ["mine-forget", "mine-npz", "mine-pictures"]) this.part(name).hidden = count === 0;
    this.part("mine-more").hidden = shown.length === count;
    this.part("mine-more").textContent = `The newest ${shown.length} of ${count} are shown.`;
    this.part("mine-list").replaceChildren(...shown.map((one) => this.#item(one)));
  }

  #item({ id, digit, answer, seen }) {
    const item = document.createElement("li");
    const picture = Object.assign(document.createElement("img"), { src: seen, alt: "", width: 56, height: 56 });
    const words = answer === null ? `${digit}, refused` : `${digit}, read as ${answer}`;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Delete" });
    button.setAttribute("aria-label", `Delete the correction: ${words}`);
    button.onclick = () => this.forget([id]);
    item.append(picture, Object.assign(document.createElement("span"), { textContent: words }), button);
    return item;
  }
}
