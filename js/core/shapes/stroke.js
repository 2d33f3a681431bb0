/**
 * The way of a round brush through points [[x, y, pressure], …], one at least: a disc at each, of pressure * width as
 * its diameter (a fraction of the canvas's shorter side), and the tapering band between them.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { DocumentError } from "../document.js";
import { expectNumberWithin, size, storedNumber } from "../document_fields.js";
import { boxMap, sideScales, simplifyLine } from "../geometry.js";
import { mapPoints, movePoints, readPoints, readPosition, turnPoints } from "./points.js";
import { strokeFill } from "./stroke_fill.js";

/**
 * With the tolerance for places that for pressure grows, too, or a line of trembling pressure would never get shorter.
 */
const PRESSURE_PER_TOLERANCE = 5;
const MIN_PRESSURE_TOLERANCE = 0.1;

/** Points whose pressures differ by less are painted as one path. */
const EVEN_PRESSURE = 0.05;

/** @type {ShapeKind} */
export const stroke = {
  kind: "stroke",
  path: { isClosed: false, minPoints: 1 },

  read(fields, label) {
    return { points: readPoints(fields, label, 1, readPoint), width: size(fields, "width", label) };
  },

  write({ points, width }) {
    return { points: points.map(writePoint), width: storedNumber(width) };
  },

  withDefaults(shape) {
    return { ...shape, points: shape.points.map(([x, y, pressure = 1]) => [x, y, pressure]) };
  },

  bounds({ points, width }, aspect) {
    const scales = sideScales(aspect);
    const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
    for (const [x, y, pressure = 1] of points) {
      const across = ((width / 2) * pressure) / scales.x;
      const down = ((width / 2) * pressure) / scales.y;
      box.x0 = Math.min(box.x0, x - across);
      box.y0 = Math.min(box.y0, y - down);
      box.x1 = Math.max(box.x1, x + across);
      box.y1 = Math.max(box.y1, y + down);
    }
    return box;
  },

  contains({ points, width }, x, y, aspect) {
    const scales = sideScales(aspect);
    const across = x * scales.x;
    const down = y * scales.y;
    const discs = points.map(([px, py, pressure = 1]) => [px * scales.x, py * scales.y, (pressure * width) / 2]);
    return discs.some(([x1, y1, radius1], index) => {
      const [x2, y2, radius2] = discs[Math.min(index + 1, discs.length - 1)];
      const length2 = (x2 - x1) ** 2 + (y2 - y1) ** 2;
      const position = length2 > 0 ? ((across - x1) * (x2 - x1) + (down - y1) * (y2 - y1)) / length2 : 0;
      const along = Math.min(Math.max(position, 0), 1);
      const distance = Math.hypot(across - x1 - along * (x2 - x1), down - y1 - along * (y2 - y1));
      return distance <= radius1 + along * (radius2 - radius1);
    });
  },

  moved(shape, dx, dy) {
    return { ...shape, points: movePoints(shape.points, dx, dy) };
  },

  /** The width by the geometric mean of both directions: a brush stays round. */
  resized(shape, from, to) {
    const map = boxMap(from, to);
    const points = mapPoints(shape.points, map.x, map.y);
    return { ...shape, points, width: shape.width * Math.sqrt(Math.abs(map.scaleX * map.scaleY)) };
  },

  rotated(shape, degrees, pivot, aspect) {
    return { ...shape, points: turnPoints(shape.points, degrees, pivot, aspect) };
  },

  fill: strokeFill,

  simplified(shape, tolerance) {
    const pressureTolerance = Math.max(MIN_PRESSURE_TOLERANCE, tolerance * PRESSURE_PER_TOLERANCE);
    const points = simplifyLine(shape.points, tolerance, 1, pressureTolerance);
    return points.length < shape.points.length ? { ...shape, points } : shape;
  },

  /** Even pressure as one path, changing pressure piece by piece. */
  paint({ points, width: brush }, context, width, height) {
    const diameter = brush * Math.min(width, height);
    let first = 0;
    while (first < points.length) {
      let end = first + 1;
      while (end < points.length && Math.abs(points[end][2] - points[first][2]) < EVEN_PRESSURE) end += 1;
      const last = Math.min(end, points.length - 1);
      context.lineWidth = Math.max(diameter * ((points[first][2] + points[last][2]) / 2), 0.5);
      context.beginPath();
      context.moveTo(points[first][0] * width, points[first][1] * height);
      for (let index = first; index <= last; index += 1) {
        context.lineTo(points[index][0] * width, points[index][1] * height);
      }
      context.stroke();
      first = end;
    }
  },
};

function readPoint(point, where) {
  if (point.length !== 2 && point.length !== 3) {
    throw new DocumentError(`${where} has ${point.length} numbers; give [x, y, pressure] or [x, y].`);
  }
  const pressure = point.length === 3 ? expectNumberWithin(point[2], 0, 1, `${where}: pressure`) : 1;
  return [...readPosition(point, where), pressure];
}

/** Full pressure is left out. */
function writePoint([x, y, pressure = 1]) {
  const point = [storedNumber(x), storedNumber(y), storedNumber(pressure)];
  return point[2] === 1 ? point.slice(0, 2) : point;
}
