// The pictures that a person sent, what models say of them, and why: worked out in a worker, one after the other, each once.
import { asked, startWorker } from "./asked.mjs";
import { tableOf } from "./table.mjs";

export class Bench {
  #worker = startWorker();
  #found = new Map(); // what was asked -> {share} while it is worked out, then what was found, or {problem}
  #last = Promise.resolve(); // a worker answers one question at a time

  /**
   * models: name -> {name, sums, threshold} of its file; graphs: {name, sums} of those that explain; wasm: of the runtime;
   * keep(name) is told of each file that came.
   */
  constructor({ models, graphs, wasm, keep }) {
    Object.assign(this, { models, graphs, wasm, keep });
  }

  /** A promise of the pictures in [[path, File], ...]; an Error with a sentence where there are none. */
  async read(sent, limits, tell) {
    this.set = await asked(this.#worker, { read: sent, limits }, tell);
    return this.set;
  }

  /** {table} of a model, {share} of it that is done, or {problem}: begins to work it out where that was not begun. */
  table(name, tell = () => {}) {
    return this.#once(name, (told) => this.#answer(name, (share) => (told(share), tell(share))));
  }

  /** {reasons} of a model's answer to picture `at`, see explain.mjs, or {share} or {problem}, as above. */
  reasons(name, at) {
    return this.#once(`${name} ${at}`, () => this.#explain(name, at));
  }

  /** A promise that comes true once all that was begun is done. */
  rested() {
    return this.#last;
  }

  stop() {
    this.#worker.terminate();
  }

  #once(key, work) {
    if (!this.#found.has(key)) {
      this.#found.set(key, { share: 0 });
      this.#last = this.#last.then(() => this.#work(key, work));
    }
    return this.#found.get(key);
  }

  async #work(key, work) {
    try {
      this.#found.set(key, await work((share) => this.#found.set(key, { share })));
    } catch (error) {
      this.#found.set(key, { problem: error.message });
      setTimeout(() => this.#found.delete(key), 1000); // asked anew, it may succeed
    }
  }

  async #answer(name, tell) {
    const { threshold, ...file } = this.models[name];
    const answers = await asked(this.#worker, { answer: { ...file, wasm: this.wasm } }, tell);
    this.keep(file.name);
    return { table: tableOf(this.set, { ...answers, threshold }) };
  }

  async #explain(name, at) {
    const { width, height, pixels } = this.set, area = width * height;
    const { threshold, ...model } = this.models[name];
    const picture = { width, height, pixels: pixels.slice(area * at, area * (at + 1)) }; // of a part the whole would be sent
    const reasons = await asked(this.#worker, { explain: picture, by: { model, graphs: this.graphs, wasm: this.wasm } });
    for (const graph of this.graphs) this.keep(graph.name);
    return { reasons };
  }
}
