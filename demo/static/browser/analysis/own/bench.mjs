// The pictures that a person sent, and what models say of them: worked out in a worker, a model at a time, each once.
import { asked, startWorker } from "./asked.mjs";
import { tableOf } from "./table.mjs";

export class Bench {
  #worker = startWorker();
  #tables = new Map(); // name of a model -> {table}, {share} while it is worked out, or {problem}
  #last = Promise.resolve(); // a worker answers one question at a time

  /** models: name -> {file, sums, threshold}; wasm: {name, sums} of the runtime; keep(file) is told of each file that came. */
  constructor(models, wasm, keep) {
    Object.assign(this, { models, wasm, keep });
  }

  /** A promise of the pictures in [[path, File], ...]; an Error with a sentence where there are none. */
  async read(sent, limits, tell) {
    this.set = await asked(this.#worker, { read: sent, limits }, tell);
    return this.set;
  }

  /** {table} of a model, {share} of it that is done, or {problem}: begins to work it out where that was not begun. */
  table(name, tell = () => {}) {
    if (!this.#tables.has(name)) {
      this.#tables.set(name, { share: 0 });
      this.#last = this.#last.then(() => this.#answer(name, tell));
    }
    return this.#tables.get(name);
  }

  /** A promise that comes true once all that was begun is done. */
  rested() {
    return this.#last;
  }

  stop() {
    this.#worker.terminate();
  }

  async #answer(name, tell) {
    const { file, sums, threshold } = this.models[name];
    const share = (done) => (this.#tables.set(name, { share: done }), tell(done));
    try {
      const answers = await asked(this.#worker, { answer: { name: file, sums, wasm: this.wasm } }, share);
      this.keep(file);
      this.#tables.set(name, { table: tableOf(this.set, { ...answers, threshold }) });
    } catch (error) {
      this.#tables.set(name, { problem: error.message });
      setTimeout(() => this.#tables.delete(name), 1000); // asked anew, it may succeed
    }
  }
}
