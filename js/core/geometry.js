/**
 * Boxes, distances and lines in fractions of the canvas (x right, y down). aspect is the canvas's width / height: a
 * brush is round on the screen and not in fractions.
 *
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} Box
 */

/** A change of pressure up to this much is not worth a point. */
const PRESSURE_TOLERANCE = 0.1;

/**
 * The canvas's sides in units of the shorter one: the measure in which a brush is round.
 *
 * @param {number} aspect > 0
 * @returns {{x: number, y: number}} factors from fractions of the canvas to that measure: both at least 1
 */
export function sideScales(aspect) {
  return { x: Math.max(aspect, 1), y: Math.max(1 / aspect, 1) };
}

/**
 * @param {Box} box
 * @param {Box} other
 * @returns {Box} the smallest box around both
 */
export function boxUnion(box, other) {
  return {
    x0: Math.min(box.x0, other.x0),
    y0: Math.min(box.y0, other.y0),
    x1: Math.max(box.x1, other.x1),
    y1: Math.max(box.y1, other.y1),
  };
}

/**
 * How points move when one box becomes another; a box turned inside out mirrors them.
 *
 * @param {Box} from along a side without length nothing is scaled
 * @param {Box} to
 * @returns {{x: (x: number) => number, y: (y: number) => number, scaleX: number, scaleY: number}}
 */
export function boxMap(from, to) {
  const scaleX = from.x1 === from.x0 ? 1 : (to.x1 - to.x0) / (from.x1 - from.x0);
  const scaleY = from.y1 === from.y0 ? 1 : (to.y1 - to.y0) / (from.y1 - from.y0);
  return { x: (x) => to.x0 + (x - from.x0) * scaleX, y: (y) => to.y0 + (y - from.y0) * scaleY, scaleX, scaleY };
}

/**
 * @param {number} aspect of a picture: width / height
 * @param {number} canvasAspect
 * @returns {Box} where it lies on the canvas when it is fitted in, in the middle and not stretched
 */
export function containedBox(aspect, canvasAspect) {
  const [width, height] = [Math.min(1, aspect / canvasAspect), Math.min(1, canvasAspect / aspect)];
  return { x0: (1 - width) / 2, y0: (1 - height) / 2, x1: (1 + width) / 2, y1: (1 + height) / 2 };
}

/** How often, on average, a point is looked at, which for a hand's line is some ten times. */
const MAX_LOOKS = 200;
/** Longer spans are then halved unseen: where each point is a corner, the work would be the square of their number. */
const MAX_SPAN = 64;

/**
 * Fewer points for a drawn line, by the Ramer-Douglas-Peucker rule: keeps a point where the straight line between its
 * kept neighbours would miss it, by more than the tolerance or, where the pen pressed harder, by more than the pressure
 * tolerance. A loop, not a recursion: a long zigzag would overflow the stack.
 *
 * @param {number[][]} points [[x, y] or [x, y, pressure], …]
 * @param {number} tolerance a fraction of the canvas's shorter side, > 0
 * @param {number} aspect
 * @param {number} [pressureTolerance] 0..1
 * @returns {number[][]} some of the same points, the first and the last among them
 */
export function simplifyLine(points, tolerance, aspect, pressureTolerance = PRESSURE_TOLERANCE) {
  if (points.length < 3) return points;
  const scales = sideScales(aspect);
  const isKept = new Uint8Array(points.length);
  isKept[0] = isKept[points.length - 1] = 1;
  const spans = [[0, points.length - 1]];
  let workLeft = MAX_LOOKS * points.length;
  while (spans.length > 0) {
    const [first, last] = spans.pop();
    let worst = 1;
    let split = workLeft > 0 || last - first <= MAX_SPAN ? -1 : (first + last) >> 1;
    if (split < 0) workLeft -= last - first;
    for (let index = split < 0 ? first + 1 : last; index < last; index += 1) {
      const { distance, pressure } = deviation(points[index], points[first], points[last], scales);
      const error = Math.max(distance / tolerance, pressure / pressureTolerance);
      if (error > worst) {
        worst = error;
        split = index;
      }
    }
    if (split < 0) continue;
    isKept[split] = 1;
    spans.push([first, split], [split, last]);
  }
  return points.filter((_, index) => isKept[index]);
}

/**
 * How far the straight line from start to end passes by a point, in units of the shorter side, and in pressure.
 *
 * @param {number[]} point
 * @param {number[]} start
 * @param {number[]} end
 * @param {{x: number, y: number}} scales
 * @returns {{distance: number, pressure: number}}
 */
function deviation([x, y, pressure = 1], [x1, y1, pressure1 = 1], [x2, y2, pressure2 = 1], scales) {
  const dx = (x2 - x1) * scales.x;
  const dy = (y2 - y1) * scales.y;
  const px = (x - x1) * scales.x;
  const py = (y - y1) * scales.y;
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? Math.min(Math.max((px * dx + py * dy) / length2, 0), 1) : 0;
  return {
    distance: Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2),
    pressure: Math.abs(pressure - pressure1 - along * (pressure2 - pressure1)),
  };
}
