"use strict";
// The sketch canvas, used by the Gradio page and by the static page. It knows ink and nothing of the recogniser.

const PICTURE_SIDE_PX = 280; // strokes are kept in this space, whatever size the canvas has on screen
const GRID_STEP_PX = 14; // one arrow key
const TAP_PX = 4; // a pointer that goes no further taps
const BOX_GAP_PX = 3; // between a digit and the box around it
const INK = "#000";
const PAPER = "#fff";

/** Paint operations (strokes, erasures, clearings) on a context whose unit is one picture pixel. */
function paint(context, operations) {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, PICTURE_SIDE_PX, PICTURE_SIDE_PX);
  context.lineCap = context.lineJoin = "round";
  for (const { kind, width, points } of sinceClear(operations)) {
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
 * onChange() is called whenever the picture changes, and once more when a stroke ends. onTap([x, y]) hears of a tap, in
 * picture pixels, and says whether that was meant for what lies there; else it leaves a dot.
 */
class SketchCanvas {
  constructor(canvas, onChange, onTap = () => false) {
    this.canvas = canvas;
    this.onChange = onChange;
    this.onTap = onTap;
    this.boxes = []; // {box: [top, left, bottom, right], chosen}, drawn around digits while no stroke is
    this.penWidthPx = 18;
    this.erasing = false;
    this.operations = [];
    this.undone = [];
    this.stroke = null; // the one being drawn
    this.cursor = null; // {x, y, down} once the keyboard is used
    this.frame = 0;
    this.pointers = new Pointers(canvas, this.#hand());
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#hideCursor());
    canvas.dataset.ready = ""; // until then a stroke would be lost, and it looks so
    canvas.drawing = () => (this.blank ? null : this.picture()); // for the other tabs
    new ResizeObserver(() => this.#redrawSoon()).observe(canvas);
    this.#redrawSoon();
  }

  get blank() {
    return !sinceClear(this.operations).some(({ kind }) => kind === "draw");
  }

  /** The drawing as {width, height, pixels}: 280x280 grey, black on white, the same pixels on every screen. */
  grey() {
    const side = PICTURE_SIDE_PX;
    return { width: side, height: side, pixels: rasterise(this.operations, side) };
  }

  /** The same as a PNG data URL. */
  picture() {
    return pngUrl(this.grey());
  }

  /** Replace the drawing by strokes given as lists of [x, y] in picture pixels; undo brings the old one back. */
  load(strokes) {
    this.#endStroke();
    if (!this.blank) this.operations.push({ kind: "clear" });
    for (const points of strokes) this.operations.push({ kind: "draw", width: this.penWidthPx, points });
    this.undone = [];
    this.#changed();
  }

  /** Draw these boxes around what was drawn; they are no part of the picture. */
  mark(boxes) {
    this.boxes = boxes;
    this.#redrawSoon();
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

  /** What the pointer that draws does. */
  #hand() {
    const placed = ([right, down]) => [right * PICTURE_SIDE_PX, down * PICTURE_SIDE_PX];
    return {
      begin: (point, erases) => {
        this.stroke = this.cursor = null;
        this.#beginStroke(placed(point), erases || this.erasing);
      },
      move: (points) => {
        this.stroke.points.push(...points.map(placed));
        this.#changed();
      },
      end: () => {
        if (this.#isTap() && this.onTap(this.stroke.points[0])) this.operations.pop();
        this.#endStroke();
        this.#changed();
      },
      takeBack: () => {
        this.operations = this.operations.filter((operation) => operation !== this.stroke);
        this.#endStroke();
        this.#changed();
      },
    };
  }

  #isTap() {
    if (this.stroke?.kind !== "draw") return false;
    const [[x, y]] = this.stroke.points;
    return this.stroke.points.every((point) => Math.hypot(point[0] - x, point[1] - y) <= TAP_PX);
  }

  #beginStroke(point, erases) {
    const width = erases ? this.penWidthPx * 2 : this.penWidthPx;
    this.stroke = { kind: erases ? "erase" : "draw", width, points: [point] };
    this.operations.push(this.stroke);
    this.undone = [];
    this.#changed();
  }

  #endStroke() {
    this.stroke = null;
    this.pointers.release();
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
      this.#beginStroke([this.cursor.x, this.cursor.y], this.erasing);
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
    if (!this.stroke) this.#paintBoxes(context);
    if (this.cursor) this.#paintCursor(context);
  }

  #paintBoxes(context) {
    context.strokeStyle = "#1d4ed8";
    for (const { box: [top, left, bottom, right], chosen } of this.boxes) {
      context.lineWidth = chosen ? 3 : 1;
      context.strokeRect(left - BOX_GAP_PX, top - BOX_GAP_PX, right - left + 2 * BOX_GAP_PX, bottom - top + 2 * BOX_GAP_PX);
    }
  }

  #paintCursor(context) {
    context.beginPath();
    context.arc(this.cursor.x, this.cursor.y, this.penWidthPx / 2 + 3, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = this.cursor.down ? "#b42318" : "#1d4ed8";
    context.stroke();
  }
}
