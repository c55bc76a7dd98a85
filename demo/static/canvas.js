"use strict";
// The sketch canvas, used by the Gradio page and by the static page. It knows ink and nothing of the recogniser.

const PICTURE_SIDE_PX = 280; // strokes are kept in this space, whatever size the canvas has on screen
const GRID_STEP_PX = 14; // one arrow key
const INK = "#000";
const PAPER = "#fff";

/** Paint operations (strokes, erasures, clearings) on a context whose unit is one picture pixel. */
function paint(context, operations) {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, PICTURE_SIDE_PX, PICTURE_SIDE_PX);
  context.lineCap = context.lineJoin = "round";
  const lastClear = operations.findLastIndex((operation) => operation.kind === "clear");
  for (const { kind, width, points } of operations.slice(lastClear + 1)) {
    context.strokeStyle = context.fillStyle = kind === "erase" ? PAPER : INK;
    context.lineWidth = width;
    context.beginPath();
    context.arc(points[0][0], points[0][1], width / 2, 0, 2 * Math.PI); // a tap leaves a dot
    context.fill();
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points.slice(1)) context.lineTo(...point);
    context.stroke();
  }
}

/**
 * Pen, finger, mouse and keyboard on a <canvas>.
 * onChange() is called whenever the picture changes, and once more when a stroke ends.
 */
class SketchCanvas {
  constructor(canvas, onChange) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.penWidthPx = 18;
    this.erasing = false;
    this.operations = [];
    this.undone = [];
    this.stroke = null; // the one being drawn
    this.pointerId = null; // the finger that draws it; other fingers are ignored
    this.cursor = null; // {x, y, down} once the keyboard is used
    this.frame = 0;
    this.#listen();
    new ResizeObserver(() => this.#redrawSoon()).observe(canvas);
    this.#redrawSoon();
  }

  get blank() {
    const lastClear = this.operations.findLastIndex(({ kind }) => kind === "clear");
    return !this.operations.slice(lastClear + 1).some(({ kind }) => kind === "draw");
  }

  /** The drawing as a PNG data URL: 280x280, black on white, the same pixels on every screen. */
  picture() {
    const copy = document.createElement("canvas");
    copy.width = copy.height = PICTURE_SIDE_PX;
    const context = copy.getContext("2d", { alpha: false, willReadFrequently: true });
    paint(context, this.operations);
    return copy.toDataURL("image/png");
  }

  /** Replace the drawing by strokes given as lists of [x, y] in picture pixels; undo brings the old one back. */
  load(strokes) {
    this.#endStroke();
    if (!this.blank) this.operations.push({ kind: "clear" });
    for (const points of strokes) this.operations.push({ kind: "draw", width: this.penWidthPx, points });
    this.undone = [];
    this.#changed();
  }

  undo() {
    this.#endStroke();
    if (this.operations.length === 0) return;
    this.undone.push(this.operations.pop());
    this.#changed();
  }

  redo() {
    this.#endStroke();
    if (this.undone.length === 0) return;
    this.operations.push(this.undone.pop());
    this.#changed();
  }

  clear() {
    this.#endStroke();
    if (!this.blank) this.operations.push({ kind: "clear" });
    this.undone = [];
    this.#changed();
  }

  #listen() {
    const on = (type, handler) => this.canvas.addEventListener(type, handler);
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event));
    on("pointercancel", (event) => this.#release(event));
    on("lostpointercapture", (event) => this.#release(event));
    on("touchstart", (event) => event.preventDefault()); // older Safari scrolls in spite of touch-action
    on("keydown", (event) => this.#key(event));
    on("blur", () => this.#hideCursor());
  }

  #press(event) {
    if (event.button !== 0 || this.pointerId !== null) return;
    this.#endStroke();
    this.pointerId = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true });
    this.cursor = null;
    this.#beginStroke(this.#position(event));
  }

  #move(event) {
    if (event.pointerId !== this.pointerId) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const part of coalesced.length ? coalesced : [event]) this.stroke.points.push(this.#position(part));
    this.#changed();
  }

  #release(event) {
    if (event.pointerId !== this.pointerId) return;
    this.#endStroke();
    this.#changed();
  }

  #position(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = PICTURE_SIDE_PX / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  #beginStroke(point) {
    const kind = this.erasing ? "erase" : "draw";
    this.stroke = { kind, width: this.erasing ? this.penWidthPx * 2 : this.penWidthPx, points: [point] };
    this.operations.push(this.stroke);
    this.undone = [];
    this.#changed();
  }

  #endStroke() {
    this.stroke = null;
    this.pointerId = null;
    if (this.cursor) this.cursor.down = false;
  }

  #key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (command && key === "z") event.shiftKey ? this.redo() : this.undo();
    else if (command && key === "y") this.redo();
    else if (command || event.altKey) return;
    else if (key in steps) this.#step(...steps[key]);
    else if (key === " " || key === "Enter") this.#togglePen();
    else if (key === "Delete" || key === "Backspace") this.clear();
    else return;
    event.preventDefault();
  }

  #step(right, down) {
    this.#showCursor();
    const inside = (value) => Math.min(Math.max(value, GRID_STEP_PX), PICTURE_SIDE_PX - GRID_STEP_PX);
    this.cursor.x = inside(this.cursor.x + right * GRID_STEP_PX);
    this.cursor.y = inside(this.cursor.y + down * GRID_STEP_PX);
    if (this.cursor.down) {
      this.stroke.points.push([this.cursor.x, this.cursor.y]);
      this.#changed();
    }
    this.#redrawSoon();
  }

  #togglePen() {
    this.#showCursor();
    if (this.cursor.down) {
      this.#endStroke();
      this.#changed();
    } else {
      this.cursor.down = true;
      this.#beginStroke([this.cursor.x, this.cursor.y]);
    }
  }

  #showCursor() {
    this.cursor ??= { x: PICTURE_SIDE_PX / 2, y: GRID_STEP_PX * 4, down: false };
  }

  #hideCursor() {
    if (!this.cursor) return;
    this.#endStroke();
    this.cursor = null;
    this.#redrawSoon();
  }

  #changed() {
    this.#redrawSoon();
    this.onChange();
  }

  #redrawSoon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#redraw();
    });
  }

  #redraw() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (side === 0) return; // in a hidden tab; the observer calls again when it shows
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d", { alpha: false });
    context.setTransform(side / PICTURE_SIDE_PX, 0, 0, side / PICTURE_SIDE_PX, 0, 0);
    paint(context, this.operations);
    if (this.cursor) this.#paintCursor(context);
  }

  #paintCursor(context) {
    context.beginPath();
    context.arc(this.cursor.x, this.cursor.y, this.penWidthPx / 2 + 3, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = this.cursor.down ? "#b42318" : "#1d4ed8";
    context.stroke();
  }
}
