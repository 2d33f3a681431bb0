/** The points of the kinds that have some: [x, y, ...rest], where rest does not change with the place. */

import { DocumentError } from "../document.js";
import { coordinate, expectList, required } from "../document_fields.js";
import { turnAround } from "../rotation.js";

/**
 * @param {object} fields of a shape
 * @param {string} label what an error calls the shape
 * @param {number} atLeast how many there must be
 * @param {(point: unknown[], where: string) => number[]} read one of them
 * @returns {number[][]}
 */
export function readPoints(fields, label, atLeast, read) {
  if (Object.hasOwn(fields, "rotation")) {
    throw new DocumentError(`${label}: rotation is for rect and ellipse; turn the points, and leave it out.`);
  }
  const points = expectList(required(fields, "points", label), `${label}: points`);
  if (points.length < atLeast) {
    throw new DocumentError(`${label} has ${points.length} points; give at least ${atLeast}, or remove the shape.`);
  }
  return points.map((point, index) => {
    const where = `${label}, point ${index + 1}`;
    return read(expectList(point, where), where);
  });
}

/** @returns {number[]} [x, y] of a point */
export function readPosition([x, y], where) {
  return [coordinate(x, `${where}: x`), coordinate(y, `${where}: y`)];
}

/**
 * @param {number[][]} points
 * @param {number} dx
 * @param {number} dy
 * @returns {number[][]}
 */
export function movePoints(points, dx, dy) {
  return points.map(([x, y, ...rest]) => [x + dx, y + dy, ...rest]);
}

/**
 * @param {number[][]} points
 * @param {(x: number) => number} mapX
 * @param {(y: number) => number} mapY
 * @returns {number[][]} each at its new place
 */
export function mapPoints(points, mapX, mapY) {
  return points.map(([x, y, ...rest]) => [mapX(x), mapY(y), ...rest]);
}

/**
 * @param {number[][]} points
 * @param {number} degrees clockwise
 * @param {{x: number, y: number}} pivot
 * @param {number} aspect
 * @returns {number[][]}
 */
export function turnPoints(points, degrees, pivot, aspect) {
  const turn = turnAround(pivot, degrees, aspect);
  return points.map(([x, y, ...rest]) => [...turn(x, y), ...rest]);
}
