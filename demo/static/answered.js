"use strict";
// Gradio's `server` lets a question that never arrived end as `undefined`, which nobody hears of. Here it is an error.

/** functions: name -> a function whose promise gives an answer; the same functions, which fail where none came. */
function answered(functions) {
  const strict = ([name, ask]) => (typeof ask === "function" ? [name, (question) => orError(ask(question))] : [name, ask]);
  return Object.fromEntries(Object.entries(functions).map(strict));
}

/** The promise's answer; an error when none has come within that time, as on a connection that died unnoticed. */
function inTime(promise, limit_ms) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error()), limit_ms));
  return Promise.race([promise, late]);
}

/** An error without words: who asked knows what to say of it. */
async function orError(promise) {
  const answer = await promise;
  if (answer === undefined) throw new Error();
  return answer;
}
