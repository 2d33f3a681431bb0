/**
 * Shapes, added and subtracted in their order, to the part of each token that they cover: hard-edged, by area average,
 * with the arithmetic of regions/coverage.py.
 *
 * @import { Shape } from "./document.js"
 * @import { CellBox, CellGrid } from "./token_grid.js"
 */

import { kindOf } from "./shape.js";
import { CELLS_PER_TOKEN, cellBox, cellGrid, tokenGrid } from "./token_grid.js";

/**
 * @param {Shape[]} shapes in the order they were drawn
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Float32Array} [rows * cols] of the token grid, in 0..1
 */
export function shapesCoverage(shapes, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const grid = cellGrid(width, height);
  // Nothing lies outside of what is added, so only that box is filled.
  const boxes = shapes
    .filter((shape) => shape.mode !== "subtract")
    .map((shape) => cellBoxOf(shape, grid))
    .filter((box) => !isEmpty(box));
  if (boxes.length === 0) return new Float32Array(rows * cols);
  const box = boxes.reduce((union, other) => ({
    top: Math.min(union.top, other.top),
    bottom: Math.max(union.bottom, other.bottom),
    left: Math.min(union.left, other.left),
    right: Math.max(union.right, other.right),
  }));
  return tokenMeans(fillCells(shapes, grid, box), box, rows, cols);
}

/**
 * @param {Shape} shape
 * @param {CellGrid} grid
 * @returns {CellBox}
 */
function cellBoxOf(shape, grid) {
  return cellBox(kindOf(shape).bounds(shape, grid.aspect), grid);
}

function isEmpty(box) {
  return box.top >= box.bottom || box.left >= box.right;
}

/** [(bottom - top) * (right - left)]: the cells of the box after all shapes, each filled in its own part of it. */
function fillCells(shapes, grid, box) {
  const width = box.right - box.left;
  const cells = new Float32Array((box.bottom - box.top) * width);
  for (const shape of shapes) {
    const bounds = cellBoxOf(shape, grid);
    const inner = {
      top: Math.max(bounds.top, box.top),
      bottom: Math.min(bounds.bottom, box.bottom),
      left: Math.max(bounds.left, box.left),
      right: Math.min(bounds.right, box.right),
    };
    if (isEmpty(inner)) continue;
    const fill = kindOf(shape).fill(shape, grid, inner);
    const combine = shape.mode === "subtract" ? subtract : add;
    const length = inner.right - inner.left;
    for (let row = inner.top; row < inner.bottom; row += 1) {
      combine(cells, (row - box.top) * width + inner.left - box.left, fill, (row - inner.top) * length, length);
    }
  }
  return cells;
}

/** Lays length values of fill, beginning at fillStart, over those of cells, beginning at start: the larger stays. */
function add(cells, start, fill, fillStart, length) {
  for (let offset = 0; offset < length; offset += 1) {
    const value = fill[fillStart + offset];
    if (value > cells[start + offset]) cells[start + offset] = value;
  }
}

/** Cuts them out: no more stays than the fill leaves free. */
function subtract(cells, start, fill, fillStart, length) {
  for (let offset = 0; offset < length; offset += 1) {
    const free = 1 - fill[fillStart + offset];
    if (free < cells[start + offset]) cells[start + offset] = free;
  }
}

/** [rows * cols]: the mean over each token's cells; those outside of the box are 0. */
function tokenMeans(cells, box, rows, cols) {
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
