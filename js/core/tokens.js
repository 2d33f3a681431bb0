/**
 * How much of each token lies in each region, feather included, and what of it is left under later regions: the same
 * numbers as regions/coverage.py and attention/routing.py.
 *
 * @import { Region, Shape } from "./document.js"
 *
 * @typedef {object} RegionTokens
 * @property {Float32Array} coverage [rows * cols], as regionCoverage gives it
 * @property {{top: number, bottom: number, left: number, right: number}} box the tokens top..bottom - 1,
 *   left..right - 1 outside of which the coverage is 0
 * @property {boolean} belowOneToken whether the area is smaller than one token, so that its best one became its own
 */

import { shapesCoverage } from "./coverage.js";
import { feathered } from "./feather.js";
import { tokenGrid } from "./token_grid.js";

/** A token of which a region holds less than this is not the region's. */
const MIN_WEIGHT = 0.01;

/** Sizes and feathers remembered of one drawing: enough to go back and forth, too few to fill the memory. */
const CACHE_SIZE = 4;

const EMPTY = Object.freeze({ top: 0, bottom: 0, left: 0, right: 0 });

/**
 * By the list of shapes, not by the region: who types a prompt gets a new region with the same shapes.
 *
 * @type {WeakMap<Shape[], Map<string, RegionTokens>>}
 */
const cache = new WeakMap();

/**
 * @param {Pick<Region, "shapes" | "feather">} region
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Float32Array} [rows * cols], in 0..1: the part of each token's area inside the region, feather applied. An
 *   area smaller than a token keeps its best token whole; an empty region is all zeros. It is shared: do not write to
 *   it.
 */
export function regionCoverage(region, width, height) {
  return regionTokens(region, width, height).coverage;
}

/**
 * @param {Pick<Region, "shapes" | "feather">} region
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {RegionTokens} shared: do not write to it
 */
export function regionTokens(region, width, height) {
  if (!cache.has(region.shapes)) cache.set(region.shapes, new Map());
  const entries = cache.get(region.shapes);
  const key = `${width} ${height} ${region.feather}`;
  if (!entries.has(key)) {
    if (entries.size === CACHE_SIZE) entries.delete(entries.keys().next().value);
    entries.set(key, computeTokens(region, width, height));
  }
  return entries.get(key);
}

/**
 * @param {{regions: Region[]}} doc
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Map<string, {drawn: number, visible: number}>} for each visible region by its id: how many tokens it
 *   covers, and how many of them are left to it where later regions lie on top (overlap "top"); partly covered tokens
 *   count in part
 */
export function visibleTokens(doc, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const uncovered = new Float32Array(rows * cols).fill(1);
  const counts = new Map();
  for (const region of doc.regions.filter(({ visible }) => visible).reverse()) {
    const { coverage, box } = regionTokens(region, width, height);
    let drawn = 0;
    let visible = 0;
    for (let row = box.top; row < box.bottom; row += 1) {
      for (let token = row * cols + box.left; token < row * cols + box.right; token += 1) {
        const weight = coverage[token];
        const visibleWeight = weight * uncovered[token];
        if (weight >= MIN_WEIGHT) drawn += weight;
        if (visibleWeight >= MIN_WEIGHT) visible += visibleWeight;
        uncovered[token] *= 1 - weight;
      }
    }
    counts.set(region.id, { drawn, visible });
  }
  return counts;
}

/** @returns {RegionTokens} */
function computeTokens(region, width, height) {
  const { rows, cols } = tokenGrid(width, height);
  const hard = shapesCoverage(region.shapes, width, height);
  if (hard.every((part) => part === 0)) return { coverage: hard, box: EMPTY, belowOneToken: false };
  const coverage = feathered(hard, rows, cols, region.feather * Math.min(rows, cols));
  const belowOneToken = coverage.reduce((sum, part) => sum + part, 0) < 1;
  // It keeps its best token whole, or it would hardly have any effect.
  if (belowOneToken) coverage[coverage.indexOf(coverage.reduce((best, part) => Math.max(best, part)))] = 1;
  return { coverage, box: coveredBox(coverage, rows, cols), belowOneToken };
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
