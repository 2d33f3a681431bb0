/**
 * Several regions brought into line: aligned to one side or the middle of the box around all, or spread evenly.
 *
 * @import { Region, RegionDocument } from "./document.js"
 * @import { Box } from "./geometry.js"
 */

import { moveRegions } from "./actions.js";
import { boxUnion } from "./geometry.js";
import { regionBounds } from "./region_area.js";

/** @typedef {{axis: "x" | "y", at: number}} Alignment at: 0, the left or top sides; 0.5, the middles; 1, right or bottom */

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids locked regions stay, and the others come to them
 * @param {Alignment} alignment
 * @param {number} aspect
 * @returns {RegionDocument} the document
 */
export function alignRegions(doc, ids, { axis, at }, aspect) {
  const entries = placedRegions(doc, ids, aspect);
  if (entries.length < 2) return doc;
  const locked = entries.filter(({ region }) => region.locked);
  const whole = (locked.length > 0 ? locked : entries).map(({ box }) => box).reduce(boxUnion);
  return entries
    .filter(({ region }) => !region.locked)
    .reduce(
      (result, { region, box }) => moved(result, region, axis, placeOf(whole, axis, at) - placeOf(box, axis, at)),
      doc,
    );
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids locked regions count, and stay
 * @param {"x" | "y"} axis
 * @param {number} aspect
 * @returns {RegionDocument} the document, with equal gaps between them, or overlaps, from the first to the last
 */
export function distributeRegions(doc, ids, axis, aspect) {
  const entries = placedRegions(doc, ids, aspect);
  if (entries.length < 3) return doc;
  const middle = ({ box }) => placeOf(box, axis, 0.5);
  entries.sort((entry, other) => middle(entry) - middle(other));
  const start = (box) => placeOf(box, axis, 0);
  const length = (box) => placeOf(box, axis, 1) - start(box);
  const lengths = entries.reduce((sum, { box }) => sum + length(box), 0);
  const [first, last] = [entries[0].box, entries.at(-1).box];
  const gap = (placeOf(last, axis, 1) - start(first) - lengths) / (entries.length - 1);
  let next = start(first);
  return entries.reduce((result, { region, box }) => {
    const move = next - start(box);
    next += length(box) + gap;
    return region.locked ? result : moved(result, region, axis, move);
  }, doc);
}

/** @returns {{region: Region, box: Box}[]} those that have an area */
function placedRegions(doc, ids, aspect) {
  return doc.regions
    .filter(({ id }) => ids.includes(id))
    .map((region) => ({ region, box: regionBounds(region, aspect) }))
    .filter(({ box }) => box !== null);
}

function placeOf(box, axis, at) {
  return box[`${axis}0`] + at * (box[`${axis}1`] - box[`${axis}0`]);
}

/** A move by less than a stored decimal would only be noise. */
function moved(doc, region, axis, by) {
  if (Math.abs(by) < 1e-9) return doc;
  return axis === "x" ? moveRegions(doc, [region.id], by, 0) : moveRegions(doc, [region.id], 0, by);
}
