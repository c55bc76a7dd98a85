// Questions to the worker that works beside the page.

export const startWorker = () => new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });

/** A promise of what a worker says to a question; tell(share) hears how far it is. */
export function asked(worker, question, tell) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { share, done, refused } }) => {
      if (share !== undefined) tell(share);
      else if (refused !== undefined) reject(new Error(refused));
      else resolve(done);
    };
    worker.onerror = () => reject(new Error("This browser could not start the part of the page that works beside it. Please reload the page, or use a newer browser."));
    worker.postMessage(question);
  });
}
