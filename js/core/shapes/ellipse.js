/**
 * The ellipse in a box {x, y, width, height, rotation}. A cell is filled where its centre is.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { sideScales } from "../geometry.js";
import { boxKind, fillByCentres, middleOf, placeInBox, rotationOf } from "./box.js";

/** @type {ShapeKind} */
export const ellipse = {
  ...boxKind,
  kind: "ellipse",

  bounds(shape, aspect) {
    const { x, y, width, height } = shape;
    if (rotationOf(shape) === 0) return { x0: x, y0: y, x1: x + width, y1: y + height };
    const scales = sideScales(aspect);
    const angle = (rotationOf(shape) * Math.PI) / 180;
    const [radiusX, radiusY] = [(width / 2) * scales.x, (height / 2) * scales.y];
    const across = Math.hypot(radiusX * Math.cos(angle), radiusY * Math.sin(angle)) / scales.x;
    const down = Math.hypot(radiusX * Math.sin(angle), radiusY * Math.cos(angle)) / scales.y;
    const middle = middleOf(shape);
    return { x0: middle.x - across, y0: middle.y - down, x1: middle.x + across, y1: middle.y + down };
  },

  contains(shape, x, y, aspect) {
    return holds(...placeInBox(shape, aspect)(x, y));
  },

  fill(shape, grid, box) {
    if (rotationOf(shape) !== 0) {
      const place = placeInBox(shape, grid.aspect);
      return fillByCentres((x, y) => holds(...place(x, y)), grid, box);
    }
    const width = box.right - box.left;
    const values = new Float32Array((box.bottom - box.top) * width);
    if (shape.width <= 0 || shape.height <= 0) return values;
    const across = distances2(grid.colCentres.subarray(box.left, box.right), shape.x, shape.width);
    const down = distances2(grid.rowCentres.subarray(box.top, box.bottom), shape.y, shape.height);
    for (let row = 0; row < down.length; row += 1) {
      for (let col = 0; col < width; col += 1) values[row * width + col] = across[col] + down[row] <= 1 ? 1 : 0;
    }
    return values;
  },

  paint(shape, context, width, height) {
    const [radiusX, radiusY] = [Math.abs(shape.width / 2) * width, Math.abs(shape.height / 2) * height];
    const centre = [(shape.x + shape.width / 2) * width, (shape.y + shape.height / 2) * height];
    context.beginPath();
    context.ellipse(centre[0], centre[1], radiusX, radiusY, (rotationOf(shape) * Math.PI) / 180, 0, 7); // 7 > 2 pi: once around
    context.fill();
  },
};

/** Without area the places are NaN or infinite, which no comparison lets through. */
function holds(across, down) {
  return (2 * across - 1) ** 2 + (2 * down - 1) ** 2 <= 1;
}

/** Squared distances of cells' centres from the middle of the interval, in halves of its length. */
function distances2(centres, start, length) {
  const middle = start + length / 2;
  return centres.map((centre) => ((centre - middle) / (length / 2)) ** 2);
}
