// What keeps this browser from reading digits, in one sentence.

/** The reader cannot be had; the message is a sentence. passes: whether the same may succeed a little later. */
export class ReaderError extends Error {
  constructor(sentence, passes = false) {
    super(sentence);
    this.passes = passes;
  }
}

/** Any failure as a ReaderError: what the runtime throws names its own parts, and nothing that a person can do. */
export function explained(error) {
  if (error instanceof ReaderError) return error;
  const told = String(error?.message ?? error);
  if (error instanceof RangeError || /memory|allocat/i.test(told))
    return new ReaderError("This device has too little free memory to run the recogniser. Please close other tabs or programs, then reload the page.");
  const detail = told.split("\n")[0].slice(0, 120).replace(/[.\s]+$/, "");
  return new ReaderError(`This browser could not run the recogniser (${detail}). Please reload the page, or use a newer browser.`);
}
