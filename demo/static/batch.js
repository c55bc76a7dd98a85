"use strict";
// Several pictures at once: read one after the other, listed in a table, taken away as CSV.

class PictureBatch {
  /** ask(dataUrl) returns a promise of a message, as AnswerPanel shows them. */
  constructor(root, ask) {
    this.root = root;
    this.ask = ask;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.part("csv").onclick = () => this.#download();
    this.part("stop").onclick = () => (this.stopped = true);
    this.results = [];
    this.run = null; // names the newest batch; an older one gives way to it
  }

  async read(files) {
    const run = (this.run = Symbol("batch"));
    this.#begin(files.length);
    for (const [index, file] of files.entries()) {
      if (this.stopped) break;
      const message = await this.#answer(file);
      if (this.run !== run) return;
      this.results.push({ file: file.name, message });
      this.part("rows").append(this.#row(file.name, message));
      this.#progress(index + 1, files.length);
    }
    this.#end();
  }

  async #answer(file) {
    try {
      return await this.ask(await readFile(file));
    } catch (error) {
      const sentence = error.message || "The recogniser cannot be reached. Please try again.";
      return { digits: "", sentence, probabilities: null };
    }
  }

  #begin(count) {
    this.results = [];
    this.stopped = false;
    this.part("rows").replaceChildren();
    this.root.hidden = false;
    this.root.closest(".digits").classList.add("has-batch"); // the rest makes room
    this.root.scrollIntoView({ block: "nearest" });
    this.part("progress").hidden = false;
    this.part("stop").hidden = false;
    this.part("csv").hidden = true;
    this.#progress(0, count);
  }

  #progress(done, count) {
    Object.assign(this.part("progress"), { value: done, max: count });
    this.part("count").textContent = `${done} of ${count} pictures read`;
  }

  #end() {
    this.part("progress").hidden = true;
    this.part("stop").hidden = true;
    this.part("csv").hidden = this.results.length === 0;
  }

  #row(name, message) {
    const row = document.createElement("tr");
    const picture = Object.assign(document.createElement("img"), { alt: "", width: 48, height: 48 });
    picture.hidden = !message.preview;
    if (message.preview) picture.src = message.preview;
    const texts = [name, message.digits || "–", certainty(message), message.sentence];
    for (const content of [picture, ...texts]) row.insertCell().append(content);
    return row;
  }

  #download() {
    const lines = this.results.map(({ file, message }) =>
      [file, message.digits, certainty(message), message.sentence].map(csvField).join(","),
    );
    const text = ["file,digit,certainty,note", ...lines, ""].join("\r\n");
    const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" })); // the mark is for Excel
    Object.assign(document.createElement("a"), { href: url, download: "digits.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

/** "99.1%" for one digit, "1: 99.1%, 7: 95.0%" for a number, "" where nothing was read. */
function certainty({ digits, probabilities, parts }) {
  const share = (all) => `${(Math.max(...all) * 100).toFixed(1)}%`;
  const told = (part) => (part.digits ? `${part.digits}: ${share(part.probabilities)}` : "?: no digit");
  if (parts) return parts.map(told).join(", ");
  return digits && probabilities ? share(probabilities) : "";
}

/** One CSV field; a leading =, +, - or @ is defused, since spreadsheets would run it. */
function csvField(text) {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
