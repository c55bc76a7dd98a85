"use strict";
// Some browsers guard people's privacy by handing out white or noise where a page reads a canvas.

const STRIPES = [0, 255, 90, 200]; // grey levels
const HARMLESS_LEVELS = 24; // a little noise, as some add, changes no digit

/** Whether pixels come back as they were painted; paints a few rows from `top` on to find out. */
function readsBackTruly(context, top = 0) {
  const { width } = context.canvas;
  STRIPES.forEach((level, row) => {
    context.fillStyle = `rgb(${level}, ${level}, ${level})`;
    context.fillRect(0, top + row, width, 1);
  });
  const { data } = context.getImageData(0, top, width, STRIPES.length);
  return STRIPES.every((level, row) => Math.abs(data[4 * row * width] - level) <= HARMLESS_LEVELS &&
    Math.abs(data[4 * ((row + 1) * width - 1) + 1] - level) <= HARMLESS_LEVELS);
}

/** The canvas as a data URL, or null where the browser gives something else; it is painted over. */
function trueUrl(context, type, quality) {
  const url = () => context.canvas.toDataURL(type, quality);
  const [picture, again] = [url(), url()];
  return picture === again && readsBackTruly(context) && picture !== url() ? picture : null;
}
