"use strict";
// Answers in the order of their questions, however fast the questions come.

const RETRY_AFTER_MS = 1000;

/**
 * Keeps at most one question in flight. Questions asked meanwhile replace each other, and the newest goes out when
 * the answer returns, so no answer is ever older than the one shown before it.
 *
 * ask(picture) returns a promise of an answer; show(answer, picture) shows it; fail(error) says that the answerer is away;
 * work(busy) says whether an answer is still to come.
 */
class NewestAnswer {
  constructor({ ask, show, fail, work }) {
    Object.assign(this, { ask, show, fail, work });
    this.next = null; // a function that makes the newest picture, as late as possible
    this.busy = false;
    this.epoch = 0; // grows when the question is withdrawn; answers to earlier epochs are dropped
  }

  want(makePicture) {
    this.next = makePicture;
    if (!this.busy) this.#run();
  }

  withdraw() {
    this.next = null;
    this.epoch += 1;
  }

  async #run() {
    this.work((this.busy = true));
    while (this.next) {
      const makePicture = this.next;
      const epoch = this.epoch;
      this.next = null;
      try {
        const picture = makePicture();
        const answer = await this.ask(picture);
        if (epoch === this.epoch) this.show(answer, picture);
      } catch (error) {
        if (epoch !== this.epoch) continue;
        this.fail(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
        if (epoch === this.epoch) this.next ??= makePicture;
      }
    }
    this.work((this.busy = false));
  }
}
