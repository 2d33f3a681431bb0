/** The colours of regions, the same and in the same order as COLOURS in nodes/region_picture.py. */

export const PALETTE = Object.freeze([
  "#e64b3c",
  "#3c82dc",
  "#46af5f",
  "#f0b928",
  "#9b5fc8",
  "#2db9be",
  "#eb78aa",
  "#966e46",
]);

/**
 * @param {number} index from 0
 * @returns {string} "#rrggbb", the colour of a region at this place that was given none
 */
export function colourAt(index) {
  return PALETTE[index % PALETTE.length];
}

/**
 * @param {object[]} regions those that are already there
 * @returns {string} "#rrggbb": the first colour that none of them has; when all are taken, the next in turn
 */
export function freeColour(regions) {
  const taken = new Set(regions.map((region) => region.colour));
  return PALETTE.find((colour) => !taken.has(colour)) ?? colourAt(regions.length);
}
