/**
 * FLUX's tokens of 16 pixels, and the grid of cells on which shapes are filled: each token cut into 8 x 8, as
 * regions/token_grid.py does.
 *
 * Its edges and centres are in fractions of the canvas. Where the latent is odd the last token is only half as long,
 * and so are its cells.
 *
 * @import { Box } from "./geometry.js"
 *
 * @typedef {{top: number, bottom: number, left: number, right: number}} CellBox cells top..bottom - 1, left..right - 1
 *
 * @typedef {object} CellGrid
 * @property {Float64Array} rowEdges one more than the rows of cells
 * @property {Float64Array} colEdges
 * @property {Float64Array} rowCentres
 * @property {Float64Array} colCentres
 * @property {number} aspect width / height of the latent
 */

export const CELLS_PER_TOKEN = 8;

const LATENT_PIXELS = 8;
const PATCH = 2;

/**
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {{rows: number, cols: number}} how many tokens FLUX sees: sizes are rounded up to whole ones
 */
export function tokenGrid(width, height) {
  return { rows: tokensAlong(latentCells(height)), cols: tokensAlong(latentCells(width)) };
}

/**
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {CellGrid}
 */
export function cellGrid(width, height) {
  const rowEdges = edgesOf(latentCells(height));
  const colEdges = edgesOf(latentCells(width));
  const aspect = latentCells(width) / latentCells(height);
  return { rowEdges, colEdges, rowCentres: centresOf(rowEdges), colCentres: centresOf(colEdges), aspect };
}

/**
 * @param {Box} bounds of a shape
 * @param {CellGrid} grid
 * @returns {CellBox} it holds every cell the shape may fill; empty when the shape lies off the canvas
 */
export function cellBox({ x0, y0, x1, y1 }, grid) {
  return {
    top: Math.max(lowerBound(grid.rowEdges, y0) - 1, 0),
    bottom: Math.min(lowerBound(grid.rowEdges, y1), grid.rowCentres.length),
    left: Math.max(lowerBound(grid.colEdges, x0) - 1, 0),
    right: Math.min(lowerBound(grid.colEdges, x1), grid.colCentres.length),
  };
}

/**
 * @param {Float64Array} sorted rising, at least two values, nearly evenly spaced: so a guess finds it at once
 * @param {number} value
 * @returns {number} index of the first that is at least the value; the length when none is
 */
export function lowerBound(sorted, value) {
  const guess = Math.ceil((value - sorted[0]) / (sorted[1] - sorted[0]));
  let index = Math.min(Math.max(guess, 0), sorted.length);
  while (index > 0 && sorted[index - 1] >= value) index -= 1;
  while (index < sorted.length && sorted[index] < value) index += 1;
  return index;
}

function latentCells(pixels) {
  return Math.ceil(pixels / LATENT_PIXELS);
}

function tokensAlong(cells) {
  return Math.ceil(cells / PATCH);
}

function edgesOf(cells) {
  const tokens = tokensAlong(cells);
  const edges = new Float64Array(tokens * CELLS_PER_TOKEN + 1);
  for (let token = 0; token < tokens; token += 1) {
    const start = token * PATCH;
    const length = Math.min(start + PATCH, cells) - start;
    for (let part = 0; part < CELLS_PER_TOKEN; part += 1) {
      edges[token * CELLS_PER_TOKEN + part] = (start + (length * part) / CELLS_PER_TOKEN) / cells;
    }
  }
  edges[tokens * CELLS_PER_TOKEN] = 1;
  return edges;
}

function centresOf(edges) {
  return edges.subarray(1).map((edge, index) => (edges[index] + edge) / 2);
}
