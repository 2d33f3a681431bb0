/**
 * Shapes, added and subtracted in their order, to the share of each token that they cover: hard-edged, by area average.
 */

import { CELLS_PER_TOKEN, cellBox, cellGrid, tokenGrid } from "./cells.js";
import { fillOf } from "./fill.js";

/**
 * @param {object[]} shapes in the order they were drawn
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Float32Array} [rows * cols] of the token grid, in 0..1
 */
export function shapesCoverage(shapes, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const grid = cellGrid(width, height);
  // Nothing lies outside of what is added, so only that box is filled.
  const added = shapes.filter((shape) => shape.mode !== "subtract").map((shape) => cellBox(shape, grid));
  const boxes = added.filter((box) => !isEmpty(box));
  if (boxes.length === 0) return new Float32Array(rows * cols);
  const box = boxes.reduce((one, other) => ({
    top: Math.min(one.top, other.top),
    bottom: Math.max(one.bottom, other.bottom),
    left: Math.min(one.left, other.left),
    right: Math.max(one.right, other.right),
  }));
  return averaged(markedCells(shapes, grid, box), box, rows, cols);
}

function isEmpty(box) {
  return box.top >= box.bottom || box.left >= box.right;
}

/** [(bottom - top) * (right - left)]: the cells of the box after all shapes, each filled in its own part of it. */
function markedCells(shapes, grid, box) {
  const width = box.right - box.left;
  const cells = new Float32Array((box.bottom - box.top) * width);
  for (const shape of shapes) {
    const own = cellBox(shape, grid);
    const part = {
      top: Math.max(own.top, box.top),
      bottom: Math.min(own.bottom, box.bottom),
      left: Math.max(own.left, box.left),
      right: Math.min(own.right, box.right),
    };
    if (isEmpty(part)) continue;
    const fill = fillOf(shape, grid, part);
    const combine = shape.mode === "subtract" ? takeAway : add;
    const length = part.right - part.left;
    for (let row = part.top; row < part.bottom; row += 1) {
      combine(cells, (row - box.top) * width + part.left - box.left, fill, (row - part.top) * length, length);
    }
  }
  return cells;
}

/** Lays length values of fill, from place on, over those of cells, from start on: the larger of both stays. */
function add(cells, start, fill, place, length) {
  for (let offset = 0; offset < length; offset += 1) {
    const value = fill[place + offset];
    if (value > cells[start + offset]) cells[start + offset] = value;
  }
}

/** Cuts them out: no more stays than the fill leaves free. */
function takeAway(cells, start, fill, place, length) {
  for (let offset = 0; offset < length; offset += 1) {
    const free = 1 - fill[place + offset];
    if (free < cells[start + offset]) cells[start + offset] = free;
  }
}

/** [rows * cols]: the mean over each token's cells; those outside of the box are 0. */
function averaged(cells, box, rows, cols) {
  const sums = new Float64Array(rows * cols);
  const columns = Int32Array.from({ length: box.right - box.left }, (_, col) =>
    Math.floor((box.left + col) / CELLS_PER_TOKEN),
  );
  for (let row = box.top; row < box.bottom; row += 1) {
    const first = (row - box.top) * columns.length;
    const start = Math.floor(row / CELLS_PER_TOKEN) * cols;
    for (let col = 0; col < columns.length; col += 1) sums[start + columns[col]] += cells[first + col];
  }
  return new Float32Array(sums.map((sum) => sum / CELLS_PER_TOKEN ** 2));
}
