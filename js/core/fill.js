/**
 * How much of each cell a shape fills, with the arithmetic of attention/shapes.py. A rectangle is exact, the others ask
 * cells' centres.
 */

import { firstAtLeast } from "./cells.js";
import { strokeFill } from "./stroke_fill.js";

/**
 * @param {object} shape
 * @param {object} grid from cellGrid
 * @param {{top: number, bottom: number, left: number, right: number}} box cell box, not empty
 * @returns {Float32Array} [(bottom - top) * (right - left)], in 0..1: the cells of the box, row by row
 */
export function fillOf(shape, grid, box) {
  return { rect: rectFill, ellipse: ellipseFill, polygon: polygonFill, stroke: strokeFill }[shape.kind](
    shape,
    grid,
    box,
  );
}

function rectFill(rect, grid, box) {
  const down = overlap(grid.rowEdges, box.top, box.bottom, rect.y, rect.y + rect.height);
  const across = overlap(grid.colEdges, box.left, box.right, rect.x, rect.x + rect.width);
  const width = across.length;
  const values = new Float32Array(down.length * width);
  for (let row = 0; row < down.length; row += 1) {
    for (let col = 0; col < width; col += 1) values[row * width + col] = down[row] * across[col];
  }
  return values;
}

/** [last - first]: the share of each interval between edges that lies in start..end. */
function overlap(edges, first, last, start, end) {
  return edges.slice(first, last).map((low, offset) => {
    const high = edges[first + offset + 1];
    return Math.max(Math.min(high, end) - Math.max(low, start), 0) / (high - low);
  });
}

function ellipseFill(ellipse, grid, box) {
  const width = box.right - box.left;
  const values = new Float32Array((box.bottom - box.top) * width);
  if (ellipse.width <= 0 || ellipse.height <= 0) return values;
  const distances2 = (centres, start, size) => {
    const middle = start + size / 2;
    return centres.map((centre) => ((centre - middle) / (size / 2)) ** 2);
  };
  const across = distances2(grid.colCentres.subarray(box.left, box.right), ellipse.x, ellipse.width);
  const down = distances2(grid.rowCentres.subarray(box.top, box.bottom), ellipse.y, ellipse.height);
  for (let row = 0; row < down.length; row += 1) {
    for (let col = 0; col < width; col += 1) values[row * width + col] = across[col] + down[row] <= 1 ? 1 : 0;
  }
  return values;
}

function polygonFill({ points }, grid, box) {
  const width = box.right - box.left;
  const values = new Float32Array((box.bottom - box.top) * width);
  // An edge turns the inside out for all cells to its left: noted at the last of them, and summed up afterwards.
  points.forEach(([x1, y1], index) => {
    const [x2, y2] = points[(index + 1) % points.length];
    const first = Math.max(firstAtLeast(grid.rowCentres, Math.min(y1, y2)), box.top);
    const last = Math.min(firstAtLeast(grid.rowCentres, Math.max(y1, y2)), box.bottom);
    for (let row = first; row < last; row += 1) {
      const crossing = x1 + ((grid.rowCentres[row] - y1) * (x2 - x1)) / (y2 - y1);
      const cell = Math.min(firstAtLeast(grid.colCentres, crossing), box.right) - 1 - box.left;
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
}
