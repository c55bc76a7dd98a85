// Sentences about what could not be used: the first of them, and how many more there were.

const MOST = 20;
const LONGEST = 300; // characters: names in a stranger's file may be endless

export class Complaints {
  #kept = [];
  #count = 0;

  add(sentence) {
    this.#count += 1;
    if (this.#kept.length < MOST) this.#kept.push(sentence.length <= LONGEST ? sentence : `${sentence.slice(0, LONGEST - 1)}…`);
  }

  get sentences() {
    const more = this.#count - this.#kept.length;
    return more ? [...this.#kept, `And ${more.toLocaleString("en")} more like that.`] : [...this.#kept];
  }
}
