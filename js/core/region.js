/**
 * How the editor creates a region, and how regions are told apart: ids for the program, names, numbers and colours for
 * people.
 *
 * @import { Region, Shape } from "./document.js"
 */

import { REGION_DEFAULTS } from "./document.js";
import { withDefaults } from "./shape.js";

/**
 * The colours of regions in their order: tests/golden/palette.json, as in Python's pictures of regions. They were
 * searched for, to be as far apart as can be had also for colour-blind eyes and as a faint tint; a test measures it.
 */
export const PALETTE = Object.freeze([
  "#ca5f00",
  "#313fef",
  "#94f11a",
  "#883192",
  "#23beff",
  "#ffba91",
  "#5f491e",
  "#a795a4",
]);

/** Levels of 255 in red, green and blue together; the palette's own are 80 apart and more. */
const LIKENESS = 40;

/** Right and down, in fractions of the canvas: a copy that lay exactly on its original would seem not to be there. */
export const COPY_OFFSET = 0.03;

/**
 * @param {Region[]} others the document's regions
 * @param {Shape[]} shapes
 * @param {Partial<Region>} fields other than id and shapes; those missing get their default, the colour an unused one
 * @returns {Region}
 */
export function createRegion(others, shapes, fields) {
  const id = uniqueId(new Set(others.map((region) => region.id)));
  return { ...REGION_DEFAULTS, colour: unusedColor(others), ...fields, id, shapes: shapes.map(withDefaults) };
}

/**
 * @param {number} index from 0, in drawing order
 * @param {string} name may be empty
 * @returns {string} "Region 2 ('sky')", as Python's region_label
 */
export function regionLabel(index, name) {
  return name ? `Region ${index + 1} ('${name}')` : `Region ${index + 1}`;
}

/**
 * @param {Set<string>} taken ids in use
 * @param {number} [first] the number to begin with, where those below are known to be taken
 * @returns {string} "r1", "r2", …: the first that is free
 */
export function uniqueId(taken, first = 1) {
  let number = first;
  while (taken.has(`r${number}`)) number += 1;
  return `r${number}`;
}

/**
 * @param {string} name wanted; an empty one stays empty, for regions without a name are told apart by number
 * @param {Set<string>} taken names in use
 * @returns {string} the name itself or, where it is taken, with a number: "sky 2". Two regions of one name could not be
 *   addressed by name any more.
 */
export function uniqueName(name, taken) {
  if (!name || !taken.has(name)) return name;
  const stem = name.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}

/**
 * @param {number} index from 0
 * @returns {string} "#rrggbb", the colour of a region at this position that has none of its own
 */
export function paletteColor(index) {
  return PALETTE[index % PALETTE.length];
}

/**
 * @param {Region[]} regions those that are already there
 * @returns {string} "#rrggbb": the first colour that none of them has, nor one much like it; when all are taken, the next in turn
 */
export function unusedColor(regions) {
  const taken = regions.map((region) => region.colour);
  return PALETTE.find((color) => !taken.some((other) => isMuchLike(color, other))) ?? paletteColor(regions.length);
}

/** Two colours "#rrggbb" that nobody would tell apart as labels. */
function isMuchLike(color, other) {
  const difference = (shift) =>
    ((parseInt(color.slice(1), 16) >> shift) & 255) - ((parseInt(other.slice(1), 16) >> shift) & 255);
  return Math.hypot(difference(16), difference(8), difference(0)) < LIKENESS;
}
