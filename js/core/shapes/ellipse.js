/**
 * The ellipse in an upright box {x, y, width, height}. A cell is filled where its centre is.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { boxKind } from "./box.js";

/** @type {ShapeKind} */
export const ellipse = {
  ...boxKind,
  kind: "ellipse",

  contains(shape, x, y) {
    const across = (x - shape.x) / shape.width;
    const down = (y - shape.y) / shape.height;
    // Without area the quotients are NaN or infinite, which no comparison lets through.
    return (2 * across - 1) ** 2 + (2 * down - 1) ** 2 <= 1;
  },

  fill(shape, grid, box) {
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
    context.ellipse(centre[0], centre[1], radiusX, radiusY, 0, 0, 7); // 7 > 2 pi: once around
    context.fill();
  },
};

/** Squared distances of cells' centres from the middle of the interval, in halves of its length. */
function distances2(centres, start, length) {
  const middle = start + length / 2;
  return centres.map((centre) => ((centre - middle) / (length / 2)) ** 2);
}
