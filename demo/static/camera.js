"use strict";
// One picture from the camera, where the browser has one.

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
    } catch {
      this.onRefusal("The camera did not open. Please allow it in your browser, or upload a photo.");
      return;
    }
    this.part("camera-video").srcObject = this.stream;
    await this.part("camera-video").play();
    this.#show(true);
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
    still.getContext("2d").drawImage(video, 0, 0);
    this.onPicture(still.toDataURL("image/jpeg", 0.92));
    this.#close();
  }
}
