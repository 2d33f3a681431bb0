/**
 * A rectangle {x, y, width, height, rotation}. While it is upright its cells are filled exactly, by area; else where
 * their centres are.
 *
 * @import { ShapeKind } from "../shape.js"
 */

import { boxKind, cornersOf, fillByCentres, placeInBox, rotationOf } from "./box.js";

/** @type {ShapeKind} */
export const rect = {
  ...boxKind,
  kind: "rect",

  bounds(shape, aspect) {
    const { x, y, width, height } = shape;
    if (rotationOf(shape) === 0) return { x0: x, y0: y, x1: x + width, y1: y + height };
    const corners = cornersOf(shape, aspect);
    const [xs, ys] = [corners.map(([cx]) => cx), corners.map(([, cy]) => cy)];
    return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
  },

  contains(shape, x, y, aspect) {
    return holds(...placeInBox(shape, aspect)(x, y));
  },

  fill(shape, grid, box) {
    if (rotationOf(shape) !== 0) {
      const place = placeInBox(shape, grid.aspect);
      return fillByCentres((x, y) => holds(...place(x, y)), grid, box);
    }
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
    if (rotationOf(shape) === 0) {
      context.fillRect(shape.x * width, shape.y * height, shape.width * width, shape.height * height);
      return;
    }
    context.beginPath();
    for (const [x, y] of cornersOf(shape, width / height)) context.lineTo(x * width, y * height);
    context.fill();
  },
};

function holds(across, down) {
  return across >= 0 && across <= 1 && down >= 0 && down <= 1;
}

/** [last - first]: the fraction of each interval between edges that lies in start..end. */
function intervalFill(edges, first, last, start, end) {
  return edges.slice(first, last).map((low, offset) => {
    const high = edges[first + offset + 1];
    return Math.max(Math.min(high, end) - Math.max(low, start), 0) / (high - low);
  });
}
