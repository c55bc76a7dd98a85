// The map: draw around pictures, or give an area in numbers, and they fill the gallery.
const LEAST_DRAWN_PX = 12; // less is a click
const MOST_CORNERS = 60;
let lasso = null; // what is being drawn: { plot, line, corners in map units, length_px }
let drawn = false; // whether the click that follows belongs to a drawing

const selecting = () => element.querySelector("[data-lasso]")?.getAttribute("aria-pressed") === "true";

/** Where a pointer is on the map, both axes in [0, 1]. */
function onMap(event, plot) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(plot.getScreenCTM().inverse());
  const { x, y, width, height } = plot.getBBox();
  const within = (share) => Math.min(Math.max(share, 0), 1);
  return [within((point.x - x) / width), within(1 - (point.y - y) / height)];
}

function showLasso({ plot, line, corners }) {
  const { x, y, width, height } = plot.getBBox();
  line.setAttribute("points", corners.map(([a, b]) => `${x + a * width},${y + (1 - b) * height}`).join(" "));
}

function choose(corners) {
  const every = Math.ceil(corners.length / MOST_CORNERS);
  const written = corners.filter((_, place) => place % every === 0).map((corner) => corner.map((share) => share.toFixed(3)).join(","));
  withChange({ area: [...new Set(written)].join(";"), only: "all" });
}

element.addEventListener("pointerdown", (event) => {
  const plot = event.target.closest("[data-map]")?.querySelector("[data-plot]");
  drawn = false;
  if (!plot || event.button !== 0 || (event.pointerType !== "mouse" && !selecting())) return;
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  line.setAttribute("class", "area");
  plot.parentNode.append(line);
  lasso = { plot, line, corners: [onMap(event, plot)], length_px: 0 };
});
element.addEventListener("pointermove", (event) => {
  if (!lasso) return;
  lasso.length_px += Math.hypot(event.movementX, event.movementY);
  lasso.corners.push(onMap(event, lasso.plot));
  showLasso(lasso);
});
window.addEventListener("pointerup", () => {
  if (!lasso) return;
  const { line, corners, length_px } = lasso;
  lasso = null;
  line.remove();
  drawn = length_px >= LEAST_DRAWN_PX && new Set(corners.map(String)).size > 2;
  if (drawn) choose(corners);
});
window.addEventListener("pointercancel", () => {
  lasso?.line.remove();
  lasso = null;
});
element.addEventListener("dragstart", (event) => event.target.closest("[data-map]") && event.preventDefault());
element.addEventListener("click", (event) => {
  if (drawn && event.target.closest("[data-map]")) event.preventDefault(); // it ended on a ring
  const button = event.target.closest("[data-lasso]");
  if (!button) return;
  button.setAttribute("aria-pressed", String(!selecting()));
  element.querySelector("[data-map]").classList.toggle("drawing", selecting());
});
element.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-area]")) return;
  event.preventDefault();
  const { left, right, lower, upper } = Object.fromEntries(
    [...new FormData(event.target)].map(([name, value]) => [name, Math.min(Math.max(Number(value) / 100, 0), 1)]),
  );
  choose([[left, lower], [right, lower], [right, upper], [left, upper]]);
});
