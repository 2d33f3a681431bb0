/**
 * What the kinds drawn into an upright box {x, y, width, height} have in common; width and height are not below 0.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { coordinate, required, size, storedNumber } from "../document_fields.js";
import { boxMap } from "../geometry.js";

/** @type {Omit<ShapeKind, "kind" | "contains" | "fill" | "paint">} */
export const boxKind = {
  read(fields, label) {
    return {
      x: coordinate(required(fields, "x", label), `${label}: x`),
      y: coordinate(required(fields, "y", label), `${label}: y`),
      width: size(fields, "width", label),
      height: size(fields, "height", label),
    };
  },

  write({ x, y, width, height }) {
    return { x: storedNumber(x), y: storedNumber(y), width: storedNumber(width), height: storedNumber(height) };
  },

  withDefaults(shape) {
    return shape;
  },

  bounds({ x, y, width, height }) {
    return { x0: x, y0: y, x1: x + width, y1: y + height };
  },

  moved(shape, dx, dy) {
    return { ...shape, x: shape.x + dx, y: shape.y + dy };
  },

  resized(shape, from, to) {
    const map = boxMap(from, to);
    const [left, right] = [map.x(shape.x), map.x(shape.x + shape.width)];
    const [top, bottom] = [map.y(shape.y), map.y(shape.y + shape.height)];
    const corner = { x: Math.min(left, right), y: Math.min(top, bottom) };
    return { ...shape, ...corner, width: Math.abs(right - left), height: Math.abs(bottom - top) };
  },

  simplified(shape) {
    return shape;
  },
};
