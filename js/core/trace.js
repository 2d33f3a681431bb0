/**
 * A mask's outline as polygons: marching squares, then lines of fewer points.
 *
 * Between the centres of two pixels the outline lies where the level would be halfway, so that a soft edge is followed
 * more finely than by pixels.
 *
 * @import { Shape } from "./document.js"
 */

import { simplifyLine } from "./geometry.js";

const HALF = 127.5; // of 255: from here on a pixel is inside
const TOLERANCE = 0.5; // pixels by which a line may stray
const MIN_AREA = 0.00003; // of the picture: what is smaller is noise, unless there is nothing larger
const MAX_SHAPES = 200; // the largest

/**
 * @param {ArrayLike<number>} levels [height * width], row by row, 0 outside of the mask to 255 inside
 * @param {number} width
 * @param {number} height
 * @returns {Shape[]} polygons in fractions of the picture. A larger one comes first, so that holes are taken from what
 *   is around them, and what lies in a hole is added again. None where the mask is empty.
 */
export function maskShapes(levels, width, height) {
  const loops = outlines(levels, width, height).map((points) => ({ points, area: signedArea(points) }));
  loops.sort((one, other) => Math.abs(other.area) - Math.abs(one.area));
  const isLarge = ({ area }) => Math.abs(area) >= MIN_AREA * width * height;
  const kept = loops.some(isLarge) ? loops.filter(isLarge) : loops;
  return kept.slice(0, MAX_SHAPES).map(({ points, area }) => ({
    kind: "polygon",
    mode: area > 0 ? "add" : "subtract",
    points: fewerPoints(points).map(([x, y]) => [x / width, y / height]),
  }));
}

/**
 * @returns {number[][][]} closed lines in pixels; seen in the picture, clockwise around what is inside and
 *   counterclockwise around holes
 */
function outlines(levels, width, height) {
  const level = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : levels[y * width + x]);
  // An edge is named by the pixel it begins at, counted with a border of one, and by whether it leads right or down.
  const columns = width + 2;
  const edge = (x, y, isDown) => 2 * ((y + 1) * columns + x + 1) + isDown;
  const next = new Int32Array(2 * columns * (height + 2)).fill(-1);
  for (let y = -1; y < height; y += 1) {
    for (let x = -1; x < width; x += 1) {
      const corners = [level(x, y), level(x + 1, y), level(x + 1, y + 1), level(x, y + 1)];
      const isInside = corners.map((value) => value > HALF);
      if (isInside.every((inside) => inside === isInside[0])) continue;
      const edges = [edge(x, y, 0), edge(x + 1, y, 1), edge(x, y + 1, 0), edge(x, y, 1)];
      // Around the square clockwise the mask is left at some edges and entered at others, in turn.
      const isJoined = corners[0] + corners[1] + corners[2] + corners[3] > 4 * HALF;
      const step = isJoined ? 1 : 3;
      for (let side = 0; side < 4; side += 1) {
        if (!isInside[side] || isInside[(side + 1) % 4]) continue;
        let entry = (side + step) % 4;
        while (isInside[entry] || !isInside[(entry + 1) % 4]) entry = (entry + step) % 4;
        next[edges[side]] = edges[entry];
      }
    }
  }
  const place = (id) => {
    const isDown = id % 2;
    const [x, y] = [((id >> 1) % columns) - 1, Math.floor((id >> 1) / columns) - 1];
    const [from, to] = [level(x, y), level(x + 1 - isDown, y + isDown)];
    const along = (HALF - from) / (to - from);
    return [x + 0.5 + (isDown ? 0 : along), y + 0.5 + (isDown ? along : 0)];
  };
  const lines = [];
  for (let first = 0; first < next.length; first += 1) {
    const points = [];
    for (let id = first, following; (following = next[id]) >= 0; id = following) {
      points.push(place(id));
      next[id] = -1;
    }
    if (points.length > 0) lines.push(points);
  }
  return lines;
}

/** In square pixels; above 0 where it goes clockwise, as seen in the picture. */
function signedArea(points) {
  let sum = 0;
  points.forEach(([x1, y1], index) => {
    const [x2, y2] = points[(index + 1) % points.length];
    sum += x1 * y2 - x2 * y1;
  });
  return sum / 2;
}

function fewerPoints(points) {
  const fewer = simplifyLine([...points, points[0]], TOLERANCE, 1).slice(0, -1);
  return fewer.length < 3 ? points : fewer;
}
