/**
 * Where regions lie: their shapes added and subtracted in the order they were drawn. Fractions of the canvas; aspect is
 * its width / height.
 *
 * @import { Region, RegionDocument } from "./document.js"
 * @import { Box } from "./geometry.js"
 */

import { boxUnion } from "./geometry.js";
import { kindOf } from "./shape.js";

/**
 * @param {Pick<Region, "shapes">} region
 * @param {number} aspect
 * @returns {Box | null} the box around the shapes it adds; null without any
 */
export function regionBounds(region, aspect) {
  const boxes = region.shapes
    .filter((shape) => shape.mode !== "subtract")
    .map((shape) => kindOf(shape).bounds(shape, aspect));
  return boxes.length > 0 ? boxes.reduce(boxUnion) : null;
}

/**
 * @param {Pick<Region, "shapes">} region
 * @param {number} aspect
 * @returns {{x: number, y: number} | null} what it is turned around: the middle of the box around it; null without any
 */
export function regionMiddle(region, aspect) {
  const box = regionBounds(region, aspect);
  return box && { x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2 };
}

/**
 * @param {Pick<Region, "shapes">} region
 * @param {number} x
 * @param {number} y
 * @param {number} aspect
 * @returns {boolean} whether the point lies in the region
 */
export function regionContains(region, x, y, aspect) {
  const last = region.shapes.findLast((shape) => kindOf(shape).contains(shape, x, y, aspect));
  return last !== undefined && last.mode !== "subtract";
}

/**
 * @param {Pick<RegionDocument, "regions">} doc
 * @param {number} x
 * @param {number} y
 * @param {number} aspect
 * @returns {Region[]} the regions at the point that are visible and not locked, topmost first
 */
export function regionsAt(doc, x, y, aspect) {
  return doc.regions
    .filter((region) => region.visible && !region.locked && regionContains(region, x, y, aspect))
    .reverse();
}

/**
 * @param {Pick<RegionDocument, "regions">} doc
 * @param {number} x
 * @param {number} y
 * @param {number} aspect
 * @returns {Region | null} the topmost of them
 */
export function hitTest(doc, x, y, aspect) {
  return regionsAt(doc, x, y, aspect)[0] ?? null;
}
