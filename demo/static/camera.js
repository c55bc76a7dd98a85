"use strict";
// One picture from the camera, where the browser has one.

const NOT_READ_BACK =
  "Your browser keeps this page from reading the camera's picture, to guard your privacy. " +
  "Please allow it to read canvas data here, or upload a photo.";

class Camera {
  /** root holds a button, a video and a shutter; onPicture(dataUrl) gets the picture, onRefusal(sentence) the reason. */
  constructor(root, onPicture, onRefusal) {
    Object.assign(this, { root, onPicture, onRefusal, stream: null });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    root.hidden = !navigator.mediaDevices?.getUserMedia;
    this.part("camera-open").onclick = () => (this.stream ? this.#close() : this.#open());
    this.part("camera-shoot").onclick = () => this.#shoot();
  }

  async #open() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      this.part("camera-video").srcObject = this.stream;
      await this.part("camera-video").play();
    } catch {
      this.stream?.getTracks().forEach((track) => track.stop());
      this.stream = null;
      this.onRefusal("The camera did not open. Please allow it in your browser, or upload a photo.");
      return;
    }
    this.#show(true);
    this.part("camera-view").scrollIntoView({ block: "nearest" }); // the shutter too
  }

  #close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.#show(false);
  }

  #show(open) {
    this.part("camera-view").hidden = !open;
    this.part("camera-open").textContent = open ? "Close the camera" : "Use the camera";
  }

  #shoot() {
    const video = this.part("camera-video");
    const still = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
    const context = still.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0);
    this.#close();
    const picture = trueUrl(context, "image/jpeg", 0.92);
    if (picture) this.onPicture(picture);
    else this.onRefusal(NOT_READ_BACK);
  }
}
