/**
 * Where edges are drawn to while a box is dragged: the canvas's edges, halves and thirds, and the edges and middles of
 * other regions.
 *
 * @import { RegionDocument } from "./document.js"
 * @import { Box } from "./geometry.js"
 *
 * @typedef {{x: number[], y: number[]}} SnapLines upright and level lines, in fractions of the canvas
 *
 * @typedef {object} Snap
 * @property {number} dx what is added to the dragged places to lie on a line
 * @property {number} dy
 * @property {SnapLines} lines those that were met
 */

import { regionBounds } from "./region_area.js";

const CANVAS_LINES = [0, 1 / 3, 1 / 2, 2 / 3, 1];

/** Two edges nearer than this lie on the same line. */
const SAME = 1e-6;

/**
 * @param {RegionDocument} doc
 * @param {string[]} draggedIds regions that are dragged: nothing snaps to itself
 * @param {number} aspect
 * @returns {SnapLines}
 */
export function snapLines(doc, draggedIds, aspect) {
  const lines = { x: [...CANVAS_LINES], y: [...CANVAS_LINES] };
  const dragged = new Set(draggedIds);
  for (const region of doc.regions) {
    if (!region.visible || dragged.has(region.id)) continue;
    const bounds = regionBounds(region, aspect);
    if (!bounds) continue;
    lines.x.push(bounds.x0, (bounds.x0 + bounds.x1) / 2, bounds.x1);
    lines.y.push(bounds.y0, (bounds.y0 + bounds.y1) / 2, bounds.y1);
  }
  return lines;
}

/**
 * @param {SnapLines} lines
 * @param {SnapLines} places the dragged box's lines that may snap, such as its edges and its middle
 * @param {[number, number]} reach how far they are drawn, in fractions of the width and the height
 * @returns {Snap} by the nearest line along each axis
 */
export function snap(lines, places, reach) {
  const dx = nearest(lines.x, places.x, reach[0]);
  const dy = nearest(lines.y, places.y, reach[1]);
  const met = (axis, move) =>
    move === null
      ? []
      : [...new Set(lines[axis].filter((line) => places[axis].some((place) => isSame(line, place + move))))];
  return { dx: dx ?? 0, dy: dy ?? 0, lines: { x: met("x", dx), y: met("y", dy) } };
}

/**
 * @param {Box} box
 * @returns {SnapLines} its edges and its middle
 */
export function linesOf(box) {
  return { x: [box.x0, (box.x0 + box.x1) / 2, box.x1], y: [box.y0, (box.y0 + box.y1) / 2, box.y1] };
}

function isSame(line, other) {
  return Math.abs(line - other) < SAME;
}

/** @returns {number | null} the shortest way from a place to a line; null where none is within reach */
function nearest(lines, places, reach) {
  let best = null;
  for (const line of lines) {
    for (const place of places) {
      const move = line - place;
      if (Math.abs(move) <= reach && (best === null || Math.abs(move) < Math.abs(best))) best = move;
    }
  }
  return best;
}
