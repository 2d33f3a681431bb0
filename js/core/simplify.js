/** Fewer points for a drawn line, by the Ramer-Douglas-Peucker rule, without losing where the pen pressed harder. */

import { sideScales } from "./side_scales.js";

/** A change of pressure up to this much is not worth a point. */
const PRESSURE_TOLERANCE = 0.1;

/**
 * Keeps a point where the straight line between its kept neighbours would miss it: by more than the tolerance, or by
 * more than the pressure tolerance in pressure. A loop, not a recursion: a long zigzag would overflow the stack.
 *
 * @param {number[][]} points [[x, y] or [x, y, pressure], …] in fractions of the canvas
 * @param {number} tolerance a fraction of the canvas's shorter side, > 0
 * @param {number} aspect the canvas's width / height
 * @param {number} [pressureTolerance] 0..1
 * @returns {number[][]} some of the same points, the first and the last among them
 */
export function simplified(points, tolerance, aspect, pressureTolerance = PRESSURE_TOLERANCE) {
  if (points.length < 3) return points;
  const scales = sideScales(aspect);
  const kept = new Uint8Array(points.length);
  kept[0] = kept[points.length - 1] = 1;
  const spans = [[0, points.length - 1]];
  while (spans.length > 0) {
    const [first, last] = spans.pop();
    let worst = 1;
    let split = -1;
    for (let index = first + 1; index < last; index += 1) {
      const miss = missed(points[index], points[first], points[last], scales);
      const error = Math.max(miss.distance / tolerance, miss.pressure / pressureTolerance);
      if (error > worst) {
        worst = error;
        split = index;
      }
    }
    if (split < 0) continue;
    kept[split] = 1;
    spans.push([first, split], [split, last]);
  }
  return points.filter((_, index) => kept[index]);
}

/** How far the straight line from start to end passes by a point, in units of the shorter side, and in pressure. */
function missed([x, y, pressure = 1], [x1, y1, pressure1 = 1], [x2, y2, pressure2 = 1], scales) {
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
