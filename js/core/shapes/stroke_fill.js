/**
 * Which cells a brush stroke fills: those whose centre is under the brush.
 *
 * Between two points the brush is three convex pieces, so on each row of cells each is one span: half a disc before the
 * first point, the tapering band between both, half a disc behind the second. Of a span only the two ends are noted, as
 * +1 and -1 (deltas), and one prefix sum over all of them tells which cells are covered, so that a stroke of thousands
 * of wide dabs costs rows, not areas.
 *
 * @import { Shape } from "../document.js"
 * @import { CellBox, CellGrid } from "../token_grid.js"
 */

import { sideScales } from "../geometry.js";
import { lowerBound } from "../token_grid.js";

/**
 * @param {Shape} stroke
 * @param {CellGrid} grid
 * @param {CellBox} box not empty
 * @returns {Float32Array} [(bottom - top) * (right - left)]: 1 where a cell's centre is under the brush, else 0
 */
export function strokeFill(stroke, grid, box) {
  // Distances are measured in units of the shorter side, so that the brush is round on any canvas.
  const scales = sideScales(grid.aspect);
  const y = grid.rowCentres.map((centre) => centre * scales.y);
  const x = grid.colCentres.map((centre) => centre * scales.x);
  const discs = stroke.points.map(([px, py, pressure]) => ({
    x: px * scales.x,
    y: py * scales.y,
    radius: (pressure * stroke.width) / 2,
  }));
  const width = box.right - box.left;
  // One more column, for spans that end at the box's right side.
  const deltas = new Int32Array((box.bottom - box.top) * (width + 1));
  discs.forEach((disc, index) => {
    const next = discs[Math.min(index + 1, discs.length - 1)];
    const radius = Math.max(disc.radius, next.radius);
    const first = Math.max(lowerBound(y, Math.min(disc.y, next.y) - radius), box.top);
    const last = Math.min(lowerBound(y, Math.max(disc.y, next.y) + radius), box.bottom);
    if (first === last) return;
    for (const piece of piecesOf(disc, next)) {
      for (let row = first; row < last; row += 1) {
        const [low, high] = span(piece, y[row]);
        if (low <= high) addSpan(x, low, high, box, deltas, (row - box.top) * (width + 1) - box.left);
      }
    }
  });
  return prefixSum(deltas, box.bottom - box.top, width);
}

/**
 * The brush on its way from start to end, as [{disc, planes}, …]. Each piece is what lies in the disc, if it has one,
 * and in all half planes, {base, across, down}: the points where base + across * x + down * y >= 0.
 */
function piecesOf(start, end) {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const length2 = dx * dx + dy * dy;
  if (length2 === 0) return [{ disc: start, planes: [] }];
  // The fraction of the way at which a point lies, and its distance aside of the way, both linear in x and y.
  const length = Math.sqrt(length2);
  const along = { base: -(start.x * dx + start.y * dy) / length2, across: dx / length2, down: dy / length2 };
  const aside = { base: (start.x * dy - start.y * dx) / length, across: -dy / length, down: dx / length };
  const taper = end.radius - start.radius;
  const sum = (constant, ofAlong, ofAside) => ({
    base: constant + ofAlong * along.base + ofAside * aside.base,
    across: ofAlong * along.across + ofAside * aside.across,
    down: ofAlong * along.down + ofAside * aside.down,
  });
  const [beforeStart, afterStart, afterEnd, beforeEnd] = [sum(0, -1, 0), sum(0, 1, 0), sum(-1, 1, 0), sum(1, -1, 0)];
  const sides = [sum(start.radius, taper, -1), sum(start.radius, taper, 1)];
  return [
    { disc: start, planes: [beforeStart] },
    { disc: null, planes: [afterStart, beforeEnd, ...sides] },
    { disc: end, planes: [afterEnd] },
  ];
}

/** [low, high]: where the piece lies on the row at height y; nothing of it does unless low <= high. */
function span({ disc, planes }, y) {
  const half = disc === null ? Infinity : Math.sqrt(disc.radius ** 2 - (y - disc.y) ** 2);
  let low = disc === null ? -half : disc.x - half;
  let high = disc === null ? half : disc.x + half;
  for (let index = 0; index < planes.length; index += 1) {
    const { base, across, down } = planes[index];
    const offset = base + down * y;
    if (across > 0) low = Math.max(low, -offset / across);
    else if (across < 0) high = Math.min(high, -offset / across);
    else if (offset < 0) return [0, NaN];
  }
  return [low, high];
}

/** Adds the cells of the box with low <= x <= high; start is where their row's column 0 would be in deltas. */
function addSpan(x, low, high, box, deltas, start) {
  const from = Math.max(lowerBound(x, low), box.left);
  let to = Math.min(lowerBound(x, high), box.right);
  if (to < box.right && x[to] === high) to += 1;
  if (from >= to) return;
  deltas[start + from] += 1;
  deltas[start + to] -= 1;
}

function prefixSum(deltas, height, width) {
  const values = new Float32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    let spans = 0;
    for (let col = 0; col < width; col += 1) {
      spans += deltas[row * (width + 1) + col];
      values[row * width + col] = spans > 0 ? 1 : 0;
    }
  }
  return values;
}
