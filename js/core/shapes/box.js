/**
 * What the kinds drawn into a box {x, y, width, height} have in common; width and height are not below 0. The box may be
 * turned around its middle by `rotation`, degrees clockwise as it is seen; an upright one has none.
 *
 * @import { Shape } from "../document.js"
 * @import { ShapeKind } from "../shape.js"
 * @import { CellBox, CellGrid } from "../token_grid.js"
 */

import { coordinate, expectNumberWithin, required, size, storedNumber } from "../document_fields.js";
import { boxMap } from "../geometry.js";
import { MAX_DEGREES, halfTurn, turnAround } from "../rotation.js";

/** @type {Omit<ShapeKind, "kind" | "contains" | "fill" | "paint" | "bounds">} */
export const boxKind = {
  path: null,

  read(fields, label) {
    const box = {
      x: coordinate(required(fields, "x", label), `${label}: x`),
      y: coordinate(required(fields, "y", label), `${label}: y`),
      width: size(fields, "width", label),
      height: size(fields, "height", label),
    };
    if (!Object.hasOwn(fields, "rotation")) return box;
    const degrees = expectNumberWithin(fields.rotation, -MAX_DEGREES, MAX_DEGREES, `${label}: rotation`);
    return { ...box, rotation: halfTurn(degrees) };
  },

  write(shape) {
    const { x, y, width, height } = shape;
    const box = { x: storedNumber(x), y: storedNumber(y), width: storedNumber(width), height: storedNumber(height) };
    return "rotation" in shape ? { ...box, rotation: storedNumber(halfTurn(shape.rotation)) } : box;
  },

  withDefaults(shape) {
    return shape;
  },

  moved(shape, dx, dy) {
    return { ...shape, x: shape.x + dx, y: shape.y + dy };
  },

  /** A turned box keeps its angle: exact where both sides scale alike, else as near as an angle that stays allows. */
  resized(shape, from, to) {
    const map = boxMap(from, to);
    const middle = middleOf(shape);
    const angle = (rotationOf(shape) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const width = shape.width * Math.hypot(map.scaleX * cos, map.scaleY * sin);
    const height = shape.height * Math.hypot(map.scaleX * sin, map.scaleY * cos);
    return { ...shape, x: map.x(middle.x) - width / 2, y: map.y(middle.y) - height / 2, width, height };
  },

  rotated(shape, degrees, pivot, aspect) {
    const middle = middleOf(shape);
    const [x, y] = turnAround(pivot, degrees, aspect)(middle.x, middle.y);
    const { rotation = 0, ...upright } = { ...shape, x: x - shape.width / 2, y: y - shape.height / 2 };
    const turned = halfTurn(rotation + degrees);
    return turned === 0 ? upright : { ...upright, rotation: turned };
  },

  simplified(shape) {
    return shape;
  },
};

/**
 * @param {Shape} shape drawn into a box
 * @returns {number} degrees
 */
export function rotationOf({ rotation = 0 }) {
  return rotation;
}

/**
 * @param {Shape} shape drawn into a box
 * @returns {{x: number, y: number}}
 */
export function middleOf({ x, y, width, height }) {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * @param {Shape} shape drawn into a box
 * @param {number} aspect
 * @returns {(x: number, y: number) => [number, number]} a point as it lies in the shape's box, from 0 to 1 across and
 *   down
 */
export function placeInBox(shape, aspect) {
  const inBox = (x, y) => /** @type {[number, number]} */ ([(x - shape.x) / shape.width, (y - shape.y) / shape.height]);
  const rotation = rotationOf(shape);
  if (rotation === 0) return inBox;
  const back = turnAround(middleOf(shape), -rotation, aspect);
  return (x, y) => inBox(...back(x, y));
}

/**
 * @param {Shape} shape drawn into a box
 * @param {number} aspect
 * @returns {[number, number][]} the corners of its box as it is turned, in order around it
 */
export function cornersOf(shape, aspect) {
  const { x, y, width, height } = shape;
  const turn = turnAround(middleOf(shape), rotationOf(shape), aspect);
  return [turn(x, y), turn(x + width, y), turn(x + width, y + height), turn(x, y + height)];
}

/**
 * @param {(x: number, y: number) => boolean} contains
 * @param {CellGrid} grid
 * @param {CellBox} box
 * @returns {Float32Array} 1 for each cell of the box whose centre is contained
 */
export function fillByCentres(contains, grid, box) {
  const width = box.right - box.left;
  const values = new Float32Array((box.bottom - box.top) * width);
  for (let row = box.top; row < box.bottom; row += 1) {
    for (let col = box.left; col < box.right; col += 1) {
      if (!contains(grid.colCentres[col], grid.rowCentres[row])) continue;
      values[(row - box.top) * width + col - box.left] = 1;
    }
  }
  return values;
}
