"use strict";
// Pictures from the file chooser, a drop or the clipboard.
// MAX_UPLOAD_BYTES comes from demo/limits.py, so that nobody waits for a refusal.

/** Call onFiles(list of File) whenever pictures reach `zone`, or are pasted while it can be seen. */
function listenForFiles(zone, onFiles) {
  const input = zone.querySelector("input[type=file]");
  const take = (files) => files.length && onFiles([...files]);

  input.onchange = () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    take(files);
  };
  zone.ondragover = (event) => {
    event.preventDefault();
    zone.classList.add("is-target");
  };
  zone.ondragleave = () => zone.classList.remove("is-target");
  zone.ondrop = (event) => {
    event.preventDefault();
    zone.classList.remove("is-target");
    take(event.dataTransfer.files);
  };
  document.addEventListener("paste", (event) => {
    if (zone.offsetParent) take(event.clipboardData?.files ?? []);
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
