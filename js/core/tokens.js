/** How much of each token lies in each region: the same numbers as attention/coverage.py and attention/overlap.py. */

import { tokenGrid } from "./cells.js";
import { feathered } from "./feather.js";
import { shapesCoverage } from "./shapes_coverage.js";

export { tokenGrid } from "./cells.js";

/** A token of which a region holds less than this is not the region's. */
const NEGLIGIBLE = 0.01;

/** Sizes and feathers remembered of one drawing: enough to go back and forth, too few to fill the memory. */
const REMEMBERED = 4;

const EMPTY = Object.freeze({ top: 0, bottom: 0, left: 0, right: 0 });

// By the list of shapes, not by the region: who types a prompt gets a new region with the same shapes.
const known = new WeakMap();

/**
 * @param {object} region
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Float32Array} [rows * cols], in 0..1: the share of each token's area inside the region, feather applied. An
 *   area smaller than a token keeps its best token whole; an empty region is all zeros. It is shared: do not write to
 *   it.
 */
export function regionCoverage(region, width, height) {
  return regionTokens(region, width, height).coverage;
}

/**
 * @param {object} region
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {{coverage: Float32Array, box: object, speck: boolean}} coverage as regionCoverage gives it; box: the
 *   tokens top..bottom - 1, left..right - 1 outside of which it is 0; speck: whether the area is
 *   smaller than one token, so that it was given its best one
 */
export function regionTokens(region, width, height) {
  if (!known.has(region.shapes)) known.set(region.shapes, new Map());
  const made = known.get(region.shapes);
  const key = `${width} ${height} ${region.feather}`;
  if (!made.has(key)) {
    if (made.size === REMEMBERED) made.delete(made.keys().next().value);
    made.set(key, covered(region, width, height));
  }
  return made.get(key);
}

/**
 * @param {object} document
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Map<string, {drawn: number, kept: number}>} for each visible region by its id: how many tokens it covers,
 *   and how many of them are left to it where later regions lie on top (overlap "top"); partly covered tokens count in
 *   part
 */
export function keptTokens(document, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const left = new Float32Array(rows * cols).fill(1);
  const counts = new Map();
  for (const region of document.regions.filter((one) => one.visible).reverse()) {
    const { coverage, box } = regionTokens(region, width, height);
    let drawn = 0;
    let kept = 0;
    for (let row = box.top; row < box.bottom; row += 1) {
      for (let token = row * cols + box.left; token < row * cols + box.right; token += 1) {
        const share = coverage[token];
        const rest = share * left[token];
        if (share >= NEGLIGIBLE) drawn += share;
        if (rest >= NEGLIGIBLE) kept += rest;
        left[token] *= 1 - share;
      }
    }
    counts.set(region.id, { drawn, kept });
  }
  return counts;
}

function covered(region, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const hard = shapesCoverage(region.shapes, width, height);
  if (hard.every((share) => share === 0)) return { coverage: hard, box: EMPTY, speck: false };
  const coverage = feathered(hard, rows, cols, region.feather * Math.min(rows, cols));
  const speck = coverage.reduce((sum, share) => sum + share, 0) < 1;
  // Smaller than one token: it keeps its best token whole, or it would hardly be heard.
  if (speck) coverage[coverage.indexOf(coverage.reduce((one, other) => Math.max(one, other)))] = 1;
  return { coverage, box: coveredBox(coverage, rows, cols), speck };
}

function coveredBox(coverage, rows, cols) {
  const box = { top: rows, bottom: 0, left: cols, right: 0 };
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      if (coverage[row * cols + col] === 0) continue;
      box.top = Math.min(box.top, row);
      box.bottom = row + 1;
      box.left = Math.min(box.left, col);
      box.right = Math.max(box.right, col + 1);
    }
  }
  return box;
}
