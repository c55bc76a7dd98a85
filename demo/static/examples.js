"use strict";
// What can be tried with a click: pen strokes in picture pixels (280x280), made for this page. The house is no digit.

const EXAMPLE_SIDE_PX = 280, SQUARE_PX = 28, PENCIL_PX = 9;
const STEPS = 6; // points between two given ones

/** A Catmull-Rom curve through the points, so that few numbers make a round line. */
function curve(points) {
  const at = (index) => points[Math.min(Math.max(index, 0), points.length - 1)];
  return points.slice(1).flatMap((_, index) =>
    Array.from({ length: STEPS }, (_, step) => {
      const t = (step + 1) / STEPS;
      const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
      return [0, 1].map(
        (axis) =>
          p1[axis] +
          0.5 * t * (p2[axis] - p0[axis] +
            t * (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis] +
              t * (3 * (p1[axis] - p2[axis]) + p3[axis] - p0[axis]))),
      );
    }),
  );
}

const STROKES = {
  2: [
    [[92, 96], [97, 78], [112, 62], [135, 54], [160, 57], [178, 72], [183, 95], [174, 118], [152, 145], [124, 175], [95, 206], [88, 216]],
    [[88, 216], [120, 212], [155, 213], [196, 217]],
  ],
  4: [
    [[128, 54], [116, 90], [102, 125], [88, 158]],
    [[88, 158], [120, 157], [160, 154], [198, 153]],
    [[164, 92], [162, 130], [160, 175], [158, 226]],
  ],
  5: [
    [[184, 60], [150, 61], [112, 62]],
    [[112, 62], [107, 90], [101, 122]],
    [[101, 122], [122, 113], [150, 114], [173, 128], [184, 152], [179, 182], [159, 206], [130, 216], [102, 210], [86, 197]],
  ],
  7: [
    [[84, 68], [120, 66], [160, 64], [196, 62]],
    [[196, 62], [180, 96], [162, 132], [146, 172], [132, 222]],
    [[112, 146], [145, 143], [182, 141]],
  ],
  8: [
    [[176, 80], [158, 58], [130, 55], [108, 72], [107, 96], [126, 118], [152, 138], [172, 162], [174, 192], [154, 216], [126, 218], [104, 200], [103, 172], [120, 148], [148, 124], [170, 104], [176, 80]],
  ],
  house: [
    [[70, 130], [140, 60]],
    [[140, 60], [210, 130]],
    [[86, 124], [86, 218]],
    [[86, 218], [194, 218]],
    [[194, 218], [194, 124]],
    [[126, 216], [126, 172]],
    [[126, 172], [156, 172]],
    [[156, 172], [156, 216]],
  ],
};

const moved = (strokes, right) => strokes.map((points) => points.map(([x, y]) => [x + right, y]));
const beside = (left, right) => [...moved(STROKES[left], -65), ...moved(STROKES[right], 62)];

const EXAMPLES = {
  2: STROKES[2],
  5: STROKES[5],
  8: STROKES[8],
  42: beside(4, 2),
  house: STROKES.house,
};

/** "75" as a camera sees it, {width, height, pixels}: in pencil on squared paper, with a shadow from one side. */
function onPaper() {
  const side = EXAMPLE_SIDE_PX;
  const pencil = beside(7, 5).map((points) => ({ kind: "draw", width: PENCIL_PX, points: curve(points) }));
  const pixels = rasterise(pencil, side).map((level, at) => {
    const [column, row] = [at % side, Math.floor(at / side)];
    const light = 235 - 0.25 * column - 60 * Math.max(0, row + 0.5 * column - 260) / 100;
    const line = column % SQUARE_PX && row % SQUARE_PX ? 1 : 0.85;
    return light * line * (0.3 + (0.7 * level) / 255);
  });
  return { width: side, height: side, pixels };
}
