/**
 * A closed line through points [[x, y], …], three at least. Where it crosses itself the even-odd rule decides; a cell
 * is filled where its centre is.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { DocumentError } from "../document.js";
import { storedNumber } from "../document_fields.js";
import { boxMap, simplifyLine } from "../geometry.js";
import { lowerBound } from "../token_grid.js";
import { mapPoints, movePoints, readPoints, readPosition, turnPoints } from "./points.js";

const MIN_POINTS = 3;

/** @type {ShapeKind} */
export const polygon = {
  kind: "polygon",
  path: { isClosed: true, minPoints: MIN_POINTS },

  read(fields, label) {
    return { points: readPoints(fields, label, MIN_POINTS, readPoint) };
  },

  write({ points }) {
    return { points: points.map(([x, y]) => [storedNumber(x), storedNumber(y)]) };
  },

  withDefaults(shape) {
    return shape;
  },

  bounds({ points }) {
    const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
    for (const [x, y] of points) {
      box.x0 = Math.min(box.x0, x);
      box.y0 = Math.min(box.y0, y);
      box.x1 = Math.max(box.x1, x);
      box.y1 = Math.max(box.y1, y);
    }
    return box;
  },

  contains({ points }, x, y) {
    let inside = false;
    points.forEach(([x1, y1], index) => {
      const [x2, y2] = points[(index + 1) % points.length];
      if (y < Math.min(y1, y2) || y >= Math.max(y1, y2)) return;
      if (x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
    });
    return inside;
  },

  moved(shape, dx, dy) {
    return { ...shape, points: movePoints(shape.points, dx, dy) };
  },

  resized(shape, from, to) {
    const map = boxMap(from, to);
    return { ...shape, points: mapPoints(shape.points, map.x, map.y) };
  },

  rotated(shape, degrees, pivot, aspect) {
    return { ...shape, points: turnPoints(shape.points, degrees, pivot, aspect) };
  },

  fill({ points }, grid, box) {
    const width = box.right - box.left;
    const values = new Float32Array((box.bottom - box.top) * width);
    // An edge turns the inside out for all cells to its left: noted at the last of them, and summed up afterwards.
    points.forEach(([x1, y1], index) => {
      const [x2, y2] = points[(index + 1) % points.length];
      const first = Math.max(lowerBound(grid.rowCentres, Math.min(y1, y2)), box.top);
      const last = Math.min(lowerBound(grid.rowCentres, Math.max(y1, y2)), box.bottom);
      for (let row = first; row < last; row += 1) {
        const crossing = x1 + ((grid.rowCentres[row] - y1) * (x2 - x1)) / (y2 - y1);
        const cell = Math.min(lowerBound(grid.colCentres, crossing), box.right) - 1 - box.left;
        if (cell >= 0) values[(row - box.top) * width + cell] += 1;
      }
    });
    for (let start = 0; start < values.length; start += width) {
      let edges = 0;
      for (let cell = start + width - 1; cell >= start; cell -= 1) {
        edges += values[cell];
        values[cell] = edges % 2;
      }
    }
    return values;
  },

  simplified(shape, tolerance) {
    const { points } = shape;
    let fewer = simplifyLine([...points, points[0]], tolerance, 1).slice(0, -1);
    // Where it is smaller than the tolerance, any three of its corners will do.
    if (fewer.length < MIN_POINTS) fewer = [0, 1, 2].map((third) => points[Math.floor((third * points.length) / 3)]);
    return fewer.length < points.length ? { ...shape, points: fewer } : shape;
  },

  paint({ points }, context, width, height) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x * width, y * height);
    context.fill("evenodd");
  },
};

function readPoint(point, where) {
  if (point.length !== 2) throw new DocumentError(`${where} has ${point.length} numbers; give [x, y].`);
  return readPosition(point, where);
}
