/**
 * A layout of rows and columns, of equal or given sizes, as people type it: "3 x 2", "2:1 x 1:1:2".
 *
 * @import { Shape } from "./document.js"
 */

const MAX_CELLS = 400;

/**
 * @param {string} text columns x rows: each a number of them, or their ratios
 * @returns {{name: string, shapes: Shape[]}[] | null} the cells row by row; null for a text that says no grid
 */
export function gridLayout(text) {
  const [cols, rows, ...rest] = text.split(/[x×*]/i).map(readSide);
  if (!cols || !rows || rest.length > 0 || cols.length * rows.length > MAX_CELLS) return null;
  const [across, down] = [edges(cols), edges(rows)];
  return rows.flatMap((_, row) =>
    cols.map((_, col) => {
      const box = {
        x: across[col],
        y: down[row],
        width: across[col + 1] - across[col],
        height: down[row + 1] - down[row],
      };
      return { name: cellName(row, rows.length, col, cols.length), shapes: [{ kind: "rect", ...box }] };
    }),
  );
}

/**
 * @param {string} name
 * @returns {boolean} whether it is one that a grid gives
 */
export function isGridName(name) {
  return /^(row \d+|column \d+|row \d+ column \d+)$/.test(name);
}

/** @returns {number[] | null} the sizes of the rows or columns, in any unit */
function readSide(text) {
  const numbers = text
    .trim()
    .split(/\s*:\s*/)
    .map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : 0));
  if (numbers.some((number) => number <= 0)) return null;
  if (numbers.length > 1) return numbers;
  const [count] = numbers;
  return Number.isInteger(count) && count <= MAX_CELLS ? new Array(count).fill(1) : null;
}

/** The places between them, from 0 to exactly 1. */
function edges(sizes) {
  const whole = sizes.reduce((sum, size) => sum + size);
  let sum = 0;
  return [0, ...sizes.map((size) => (sum += size) / whole)];
}

function cellName(row, rows, col, cols) {
  if (rows === 1) return `column ${col + 1}`;
  if (cols === 1) return `row ${row + 1}`;
  return `row ${row + 1} column ${col + 1}`;
}
