/**
 * What can be done to a document. Nothing is changed in place: each action returns a new document that shares the
 * regions it did not touch, and the very same document where there was nothing to do.
 *
 * @import { Region, RegionDocument, Shape } from "./document.js"
 * @import { Box } from "./geometry.js"
 */

import { REGION_FIELDS } from "./document.js";
import { COPY_OFFSET, createRegion, uniqueName, unusedColor } from "./region.js";
import { regionMiddle } from "./region_area.js";
import { kindOf, withDefaults } from "./shape.js";

/** The shortest step window a slider can leave. */
const MIN_WINDOW = 0.01;

/**
 * @param {RegionDocument} doc
 * @param {Shape[]} shapes
 * @param {Partial<Region>} [fields] other than id and shapes
 * @returns {{doc: RegionDocument, id: string}} with a new region on top, of a colour no other has while there is one
 */
export function newRegion(doc, shapes, fields = {}) {
  const region = createRegion(doc.regions, shapes, fields);
  return { doc: { ...doc, regions: [...doc.regions, region] }, id: region.id };
}

/**
 * @param {RegionDocument} doc
 * @param {string} id
 * @param {Partial<Region>} fields to set; strength, feather, start and end are brought into their ranges, NaN is
 *   passed over
 * @returns {RegionDocument} the document
 */
export function updateRegion(doc, id, fields) {
  return updateRegions(doc, [id], fields);
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @param {Partial<Region>} fields to set in each of them, as in updateRegion
 * @returns {RegionDocument} the document
 */
export function updateRegions(doc, ids, fields) {
  return withRegions(doc, ids, (region) => {
    const entries = Object.entries({ ...clampFields(region, fields), id: region.id });
    const changed = entries.filter(([key, value]) => value !== region[key] && !Number.isNaN(value));
    return changed.length > 0 ? { ...region, ...Object.fromEntries(changed) } : region;
  });
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @returns {RegionDocument} the document without them
 */
export function removeRegions(doc, ids) {
  const regions = doc.regions.filter((region) => !ids.includes(region.id));
  return regions.length < doc.regions.length ? { ...doc, regions } : doc;
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @param {number} [offset] right and down, in fractions of the canvas
 * @returns {{doc: RegionDocument, ids: string[]}} with copies of them on top, so far aside, not locked; ids of the
 *   copies
 */
export function duplicateRegions(doc, ids, offset = COPY_OFFSET) {
  const regions = [...doc.regions];
  const copies = doc.regions
    .filter((region) => ids.includes(region.id))
    .map((original) => {
      const shapes = original.shapes.map((shape) => kindOf(shape).moved(shape, offset, offset));
      const name = uniqueName(original.name, new Set(regions.map((region) => region.name)));
      const copy = createRegion(regions, shapes, { ...original, name, locked: false, colour: unusedColor(regions) });
      regions.push(copy);
      return copy.id;
    });
  return { doc: copies.length > 0 ? { ...doc, regions } : doc, ids: copies };
}

/**
 * @param {RegionDocument} doc
 * @param {string} id
 * @param {number} toIndex its position in drawing order afterwards, from 0; held within the list
 * @returns {RegionDocument} the document
 */
export function reorderRegion(doc, id, toIndex) {
  const from = doc.regions.findIndex((region) => region.id === id);
  const to = Math.min(Math.max(toIndex, 0), doc.regions.length - 1);
  if (from < 0 || from === to) return doc;
  const regions = doc.regions.toSpliced(from, 1).toSpliced(to, 0, doc.regions[from]);
  return { ...doc, regions };
}

/**
 * @param {RegionDocument} doc
 * @param {string} id
 * @param {Shape} shape its mode says whether it is added or subtracted
 * @returns {RegionDocument} the document
 */
export function addShape(doc, id, shape) {
  return withRegions(doc, [id], (region) => ({ ...region, shapes: [...region.shapes, withDefaults(shape)] }));
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @param {number} dx fraction of the width
 * @param {number} dy fraction of the height
 * @returns {RegionDocument} the document
 */
export function moveRegions(doc, ids, dx, dy) {
  if (dx === 0 && dy === 0) return doc;
  return withShapes(doc, ids, (shape) => kindOf(shape).moved(shape, dx, dy));
}

/**
 * @param {RegionDocument} doc
 * @param {string} id
 * @param {Box} from box in fractions, usually the region's bounds
 * @param {Box} to where that box goes, and the region with it
 * @returns {RegionDocument} the document
 */
export function resizeRegion(doc, id, from, to) {
  if (["x0", "y0", "x1", "y1"].every((side) => from[side] === to[side])) return doc;
  return withShapes(doc, [id], (shape) => kindOf(shape).resized(shape, from, to));
}

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @param {number} degrees clockwise
 * @param {number} aspect
 * @returns {RegionDocument} the document, each of them turned around its middle
 */
export function rotateRegions(doc, ids, degrees, aspect) {
  if (degrees === 0) return doc;
  return withRegions(doc, ids, (region) => {
    const pivot = regionMiddle(region, aspect);
    if (!pivot) return region;
    return { ...region, shapes: region.shapes.map((shape) => kindOf(shape).rotated(shape, degrees, pivot, aspect)) };
  });
}

/**
 * @param {RegionDocument} doc
 * @param {string} id
 * @param {number} index of one of its shapes
 * @param {Shape} shape in its place
 * @returns {RegionDocument} the document
 */
export function replaceShape(doc, id, index, shape) {
  return withRegions(doc, [id], (region) =>
    region.shapes[index] === shape ? region : { ...region, shapes: region.shapes.with(index, shape) },
  );
}

/**
 * @param {RegionDocument} doc
 * @returns {{doc: RegionDocument, id: string}} with a region of all that no visible region was given. It lies below the
 *   others, so that their soft edges fade into it, and that it hides none of them when they are moved.
 */
export function fillRest(doc) {
  const shapes = doc.regions.filter((region) => region.visible).flatMap((region) => region.shapes);
  const holes = shapes.filter((shape) => shape.mode === "add").map((shape) => ({ ...shape, mode: "subtract" }));
  const whole = { kind: "rect", x: 0, y: 0, width: 1, height: 1 };
  const region = createRegion(doc.regions, [whole, ...holes], {});
  return { doc: { ...doc, regions: [region, ...doc.regions] }, id: region.id };
}

/**
 * @param {RegionDocument} doc
 * @param {{base_prompt?: string, background_prompt?: string}} prompts
 * @returns {RegionDocument} the document
 */
export function setPrompts(doc, prompts) {
  return Object.entries(prompts).every(([key, value]) => doc[key] === value) ? doc : { ...doc, ...prompts };
}

/**
 * What cannot be stored must not get into the document: a value past its range would make the whole text unreadable.
 *
 * @param {Region} region
 * @param {Partial<Region>} fields
 * @returns {Partial<Region>} fields, the numbers among them brought into their ranges
 */
function clampFields(region, fields) {
  const { strength, feather, start, end } = REGION_FIELDS;
  const clamped = { ...fields };
  if ("strength" in fields) clamped.strength = clamp(fields.strength, strength.low, strength.high);
  if ("feather" in fields) clamped.feather = clamp(fields.feather, feather.low, feather.high);
  if ("start" in fields) {
    const windowEnd = Math.min(fields.end ?? region.end, end.high);
    clamped.start = clamp(fields.start, start.low, windowEnd - MIN_WINDOW);
  }
  if ("end" in fields) {
    const windowStart = clamped.start ?? region.start;
    clamped.end = clamp(fields.end, Math.min(windowStart + MIN_WINDOW, end.high), end.high);
  }
  return clamped;
}

function clamp(value, low, high) {
  return Math.max(Math.min(value, high), low);
}

function withRegions(doc, ids, change) {
  const regions = doc.regions.map((region) => (ids.includes(region.id) ? change(region) : region));
  return regions.some((region, index) => region !== doc.regions[index]) ? { ...doc, regions } : doc;
}

function withShapes(doc, ids, change) {
  return withRegions(doc, ids, (region) => ({ ...region, shapes: region.shapes.map(change) }));
}
