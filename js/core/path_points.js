/**
 * The points of a polygon or a stroke, edited one by one.
 *
 * @import { Region, Shape } from "./document.js"
 *
 * @typedef {{shapeIndex: number, pointIndex: number}} PathPoint a point of one of a region's shapes
 * @typedef {PathPoint & {x: number, y: number}} PathEdge the place on the edge behind a point
 */

import { kindOf } from "./shape.js";

/**
 * @param {Region} region
 * @param {{x: number, y: number}} place
 * @param {[number, number]} reach in fractions of the width and the height
 * @returns {PathPoint | null} the nearest point within reach
 */
export function pointAt(region, place, reach) {
  let best = null;
  let least = 1;
  eachPath(region, (shape, shapeIndex) => {
    shape.points.forEach(([x, y], pointIndex) => {
      const distance = Math.hypot((x - place.x) / reach[0], (y - place.y) / reach[1]);
      if (distance <= least) [best, least] = [{ shapeIndex, pointIndex }, distance];
    });
  });
  return best;
}

/**
 * @param {Region} region
 * @param {{x: number, y: number}} place
 * @param {[number, number]} reach in fractions of the width and the height
 * @returns {PathEdge | null} the nearest place on an edge within reach
 */
export function edgeAt(region, place, reach) {
  let best = null;
  let least = 1;
  eachPath(region, (shape, shapeIndex) => {
    const { points } = shape;
    const edges = kindOf(shape).path.isClosed ? points.length : points.length - 1;
    for (let pointIndex = 0; pointIndex < edges; pointIndex += 1) {
      const [[x1, y1], [x2, y2]] = [points[pointIndex], points[(pointIndex + 1) % points.length]];
      const [dx, dy] = [(x2 - x1) / reach[0], (y2 - y1) / reach[1]];
      const [px, py] = [(place.x - x1) / reach[0], (place.y - y1) / reach[1]];
      const length2 = dx * dx + dy * dy;
      const along = length2 > 0 ? Math.min(Math.max((px * dx + py * dy) / length2, 0), 1) : 0;
      const distance = Math.hypot(px - along * dx, py - along * dy);
      if (distance > least) continue;
      least = distance;
      best = { shapeIndex, pointIndex, x: x1 + along * (x2 - x1), y: y1 + along * (y2 - y1) };
    }
  });
  return best;
}

/**
 * @param {Shape} shape
 * @param {number} index of the point
 * @param {number} x
 * @param {number} y
 * @returns {Shape} with the point there; what else it has stays
 */
export function withPointAt(shape, index, x, y) {
  const [, , ...rest] = shape.points[index];
  return { ...shape, points: shape.points.with(index, [x, y, ...rest]) };
}

/**
 * @param {Shape} shape
 * @param {number} index of the point before it
 * @param {number} x
 * @param {number} y
 * @returns {Shape} with one point more; what else it has is the mean of its neighbours'
 */
export function withNewPoint(shape, index, x, y) {
  const [, , ...before] = shape.points[index];
  const [, , ...after] = shape.points[(index + 1) % shape.points.length];
  const rest = before.map((value, i) => (value + after[i]) / 2);
  return { ...shape, points: shape.points.toSpliced(index + 1, 0, [x, y, ...rest]) };
}

/**
 * @param {Shape} shape
 * @param {number} index of the point
 * @returns {Shape} without it; the shape itself where it needs all of them
 */
export function withoutPoint(shape, index) {
  if (shape.points.length <= kindOf(shape).path.minPoints) return shape;
  return { ...shape, points: shape.points.toSpliced(index, 1) };
}

/**
 * @param {Region} region
 * @param {(shape: Shape, index: number) => void} visit called for each of its shapes that has points, topmost last
 */
export function eachPath(region, visit) {
  region.shapes.forEach((shape, index) => kindOf(shape).path && visit(shape, index));
}
