"use strict";
// Pictures from the file chooser, a drop or the clipboard.
// MAX_UPLOAD_BYTES comes from demo/guard/limits.py, so that nobody waits for a refusal.

/** Call onFiles(list of File) whenever pictures reach `zone`, or are pasted or dropped anywhere while it can be seen. */
function listenForFiles(zone, onFiles) {
  const input = zone.querySelector("input[type=file]");
  const take = (files) => files.length && onFiles([...files]);

  input.onchange = () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    take(files);
  };
  listenForDrops(zone, take);
  document.addEventListener("paste", (event) => {
    if (zone.offsetParent) take(event.clipboardData?.files ?? []);
  });
}

/** Drops anywhere, since a browser left alone opens what misses the zone, and leaves the page and the drawing. */
function listenForDrops(zone, take) {
  const carries = ({ dataTransfer }, ...kinds) => kinds.some((kind) => dataTransfer?.types.includes(kind));
  const mark = (on) => zone.classList.toggle("is-target", on);
  const claim = (event) => {
    const typedInto = event.target.closest?.("textarea, input:not([type=file]), [contenteditable=true]");
    if (event.defaultPrevented || (typedInto && !carries(event, "Files"))) return false; // somebody else's
    if (!carries(event, "Files", "text/uri-list")) return false;
    event.preventDefault();
    return Boolean(zone.offsetParent);
  };

  window.addEventListener("dragover", (event) => {
    const taken = claim(event);
    mark(taken);
    if (taken) event.dataTransfer.dropEffect = "copy";
  });
  window.addEventListener("dragleave", (event) => event.relatedTarget || mark(false)); // out of the window
  window.addEventListener("drop", (event) => {
    mark(false);
    if (claim(event)) take(event.dataTransfer.files);
  });
}

/** A promise of the file as a data URL; an Error with a sentence when it is too large or cannot be read. */
function readFile(file) {
  return new Promise((resolve, reject) => {
    if (file.size > MAX_UPLOAD_BYTES)
      return reject(new Error(`That file is larger than ${MAX_UPLOAD_BYTES / 2 ** 20} MB. Please send a smaller picture.`));
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error("Your browser could not read that file. Please choose it again."));
    return reader.readAsDataURL(file);
  });
}
