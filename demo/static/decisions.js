"use strict";
// What a visitor decided on doubtful labels, kept in the browser for each set of pictures.

const DECISIONS_KEY = "digits-decisions-";
const DECISION_COLUMNS = ["set", "picture", "file", "label", "suggested", "decision"];

class Decisions {
  constructor() {
    this.sets = new Map(); // name of a set -> {key of a picture: row}; what the browser keeps is read when first asked for
  }

  /** The decision on a candidate {set, picture, suggested}: "relabel", "keep", or undefined. */
  of({ set, picture, suggested }) {
    return this.#rows(set)[`${picture},${suggested}`]?.decision;
  }

  /** Take the decision of {set, picture, file, label, suggested, decide}, or take it back; whether the browser keeps it. */
  decide({ set, picture, file, label, suggested, decide }) {
    const rows = this.#rows(set);
    const key = `${picture},${suggested}`;
    if (rows[key]?.decision === decide) delete rows[key];
    else rows[key] = { set, picture, file, label, suggested, decision: decide };
    try {
      localStorage.setItem(DECISIONS_KEY + set, JSON.stringify(rows));
      return true;
    } catch {
      return false;
    }
  }

  /** All decisions on one set, with a header. */
  csv(set) {
    const rows = Object.values(this.#rows(set)).map((row) => DECISION_COLUMNS.map((name) => this.#cell(row[name])).join(","));
    return [DECISION_COLUMNS.join(","), ...rows, ""].join("\n");
  }

  #rows(set) {
    if (!this.sets.has(set)) this.sets.set(set, this.#stored(set));
    return this.sets.get(set);
  }

  #stored(set) {
    try {
      return JSON.parse(localStorage.getItem(DECISIONS_KEY + set)) ?? {};
    } catch {
      return {}; // kept nowhere, or damaged
    }
  }

  /** One field; a leading =, +, - or @ is defused, since spreadsheets would run it. */
  #cell(text) {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
}

const decisions = new Decisions();
