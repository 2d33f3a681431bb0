/**
 * An upright rectangle {x, y, width, height}: the only kind whose cells are filled exactly, by area.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { boxKind } from "./box.js";

/** @type {ShapeKind} */
export const rect = {
  ...boxKind,
  kind: "rect",

  contains(shape, x, y) {
    const across = (x - shape.x) / shape.width;
    const down = (y - shape.y) / shape.height;
    return across >= 0 && across <= 1 && down >= 0 && down <= 1;
  },

  fill(shape, grid, box) {
    const down = intervalFill(grid.rowEdges, box.top, box.bottom, shape.y, shape.y + shape.height);
    const across = intervalFill(grid.colEdges, box.left, box.right, shape.x, shape.x + shape.width);
    const width = across.length;
    const values = new Float32Array(down.length * width);
    for (let row = 0; row < down.length; row += 1) {
      for (let col = 0; col < width; col += 1) values[row * width + col] = down[row] * across[col];
    }
    return values;
  },

  paint(shape, context, width, height) {
    context.fillRect(shape.x * width, shape.y * height, shape.width * width, shape.height * height);
  },
};

/** [last - first]: the fraction of each interval between edges that lies in start..end. */
function intervalFill(edges, first, last, start, end) {
  return edges.slice(first, last).map((low, offset) => {
    const high = edges[first + offset + 1];
    return Math.max(Math.min(high, end) - Math.max(low, start), 0) / (high - low);
  });
}
