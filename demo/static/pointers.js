"use strict";
// Which finger, pen or mouse button draws on a surface, and which must leave nothing.

const FIRST_BUTTON = 1; // as in PointerEvent.buttons: of a mouse, a finger, a pen's tip
const ERASER_END = 32; // a pen turned round
const PEN_STAYS_MS = 1000; // a hand lies down while the pen is lifted for a moment

/**
 * One pointer draws at a time. hand: begin([x, y] in shares of the surface, erases), move([x, y]), end(), takeBack().
 * A pen drives out a finger, whose stroke was the palm's, and keeps fingers away while it is near.
 */
class Pointers {
  constructor(surface, hand) {
    Object.assign(this, { surface, hand, active: null, penSeenAt: -Infinity });
    const on = (type, handler) => surface.addEventListener(type, handler);
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("lostpointercapture", (event) => this.#release(event));
    on("touchstart", (event) => event.preventDefault()); // older Safari scrolls in spite of touch-action
    on("contextmenu", (event) => event.preventDefault());
    for (const type of ["mousedown", "mouseup", "auxclick"]) // else they scroll, paste, or leave the page
      on(type, (event) => event.button !== 0 && event.preventDefault());
  }

  /** Whoever draws is not followed any further. */
  release() {
    this.active = null;
  }

  #press(event) {
    const button = drawingButton(event);
    if (!button || this.#isPalm(event)) return;
    if (this.active && !(event.pointerType === "pen" && this.active.type === "touch")) return;
    if (this.active) this.hand.takeBack();
    this.active = { id: event.pointerId, type: event.pointerType, button };
    this.#capture(event.pointerId);
    this.surface.focus({ preventScroll: true });
    this.hand.begin(this.#position(event), button === ERASER_END);
  }

  #isPalm({ pointerType, timeStamp }) {
    if (pointerType === "pen") this.penSeenAt = timeStamp;
    return pointerType === "touch" && timeStamp - this.penSeenAt < PEN_STAYS_MS;
  }

  #capture(id) {
    try {
      this.surface.setPointerCapture(id);
    } catch {} // lifted already
  }

  #move(event) {
    if (event.pointerType === "pen") this.penSeenAt = event.timeStamp; // also while it hovers
    if (!this.active && event.button === 0 && event.buttons & FIRST_BUTTON) return this.#press(event); // not the first down
    if (event.pointerId !== this.active?.id) return;
    if (event.buttons && !(event.buttons & this.active.button)) return this.#release(event); // only another is left
    const coalesced = event.getCoalescedEvents?.() ?? [];
    this.hand.move((coalesced.length ? coalesced : [event]).map((part) => this.#position(part)));
  }

  #release(event) {
    if (event.pointerType === "pen") this.penSeenAt = event.timeStamp;
    if (event.pointerId !== this.active?.id) return;
    this.release();
    this.hand.end();
  }

  /** The system took the pointer away. Of a finger that was a palm or a gesture; a pen's ink stays. */
  #cancel(event) {
    if (event.pointerId !== this.active?.id || event.pointerType !== "touch") return this.#release(event);
    this.release();
    this.hand.takeBack();
  }

  #position(event) {
    const box = this.surface.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
}

/** FIRST_BUTTON or ERASER_END, whichever this press is of; 0 for any other. */
function drawingButton({ pointerType, button, buttons }) {
  if (pointerType === "pen" && (button === 5 || buttons & ERASER_END)) return ERASER_END;
  return button === 0 ? FIRST_BUTTON : 0;
}
