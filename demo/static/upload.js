"use strict";
// Pictures from the file chooser, a drop or the clipboard -> data URLs.

const MAX_UPLOAD_BYTES = 20 * 2 ** 20; // as in canvas.py, so that nobody waits for a refusal

/** Call onPicture(dataUrl) for each picture that reaches `zone`, or onRefusal(sentence). */
function listenForPictures(zone, onPicture, onRefusal) {
  const input = zone.querySelector("input[type=file]");

  const take = (files) => {
    const file = [...files].at(0);
    if (!file) return;
    if (file.size > MAX_UPLOAD_BYTES) {
      onRefusal("That file is larger than 20 MB. Please send a smaller picture.");
      return;
    }
    const reader = new FileReader();
    reader.onload = () => onPicture(reader.result);
    reader.onerror = () => onRefusal("Your browser could not read that file. Please choose it again.");
    reader.readAsDataURL(file);
  };

  input.onchange = () => {
    take(input.files);
    input.value = ""; // so that the same file can be chosen again
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
    if (zone.offsetParent && event.clipboardData?.files.length) take(event.clipboardData.files);
  });
}
