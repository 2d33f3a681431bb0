/**
 * What can be done to a document. Nothing is changed in place: each action returns a new document that shares the
 * regions it did not touch, and the very same document where there was nothing to do.
 */

import { movedShape, resizedShape } from "./geometry.js";
import { COPY_OFFSET, madeRegion, wholeShape } from "./made_region.js";
import { freeName } from "./naming.js";
import { freeColour } from "./palette.js";
import { MAX_FEATHER, MAX_STRENGTH } from "./schema.js";

export { pasteRegions, regionsToText } from "./clipboard.js";

/** The shortest step window a slider can leave. */
const SHORTEST_WINDOW = 0.01;

/**
 * @param {object} document
 * @param {object[]} shapes
 * @param {object} [fields] of the region, other than id and shapes
 * @returns {{document: object, id: string}} with a new region on top, of a colour no other has while there is one
 */
export function newRegion(document, shapes, fields = {}) {
  const region = madeRegion(document.regions, shapes, fields);
  return { document: { ...document, regions: [...document.regions, region] }, id: region.id };
}

/**
 * @param {object} document
 * @param {string} id
 * @param {object} fields to set; strength, feather, start and end are brought into their ranges, NaN is passed over
 * @returns {object} the document
 */
export function updateRegion(document, id, fields) {
  return withRegions(document, [id], (region) => {
    const wanted = Object.entries({ ...ranged(region, fields), id });
    const changed = wanted.filter(([key, value]) => value !== region[key] && !Number.isNaN(value));
    return changed.length > 0 ? { ...region, ...Object.fromEntries(changed) } : region;
  });
}

/**
 * @param {object} document
 * @param {string[]} ids
 * @returns {object} the document without them
 */
export function removeRegions(document, ids) {
  const regions = document.regions.filter((region) => !ids.includes(region.id));
  return regions.length < document.regions.length ? { ...document, regions } : document;
}

/**
 * @param {object} document
 * @param {string[]} ids
 * @returns {{document: object, ids: string[]}} with copies of them on top, a little to the right and down, not locked;
 *   ids of the copies
 */
export function duplicateRegions(document, ids) {
  const regions = [...document.regions];
  const copies = document.regions
    .filter((region) => ids.includes(region.id))
    .map((original) => {
      const shapes = original.shapes.map((shape) => movedShape(shape, COPY_OFFSET, COPY_OFFSET));
      const name = freeName(original.name, new Set(regions.map((region) => region.name)));
      const copy = madeRegion(regions, shapes, { ...original, name, locked: false, colour: freeColour(regions) });
      regions.push(copy);
      return copy.id;
    });
  return { document: copies.length > 0 ? { ...document, regions } : document, ids: copies };
}

/**
 * @param {object} document
 * @param {string} id
 * @param {number} toIndex its place in drawing order afterwards, from 0; held within the list
 * @returns {object} the document
 */
export function reorderRegion(document, id, toIndex) {
  const from = document.regions.findIndex((region) => region.id === id);
  const to = Math.min(Math.max(toIndex, 0), document.regions.length - 1);
  if (from < 0 || from === to) return document;
  const regions = document.regions.toSpliced(from, 1).toSpliced(to, 0, document.regions[from]);
  return { ...document, regions };
}

/**
 * @param {object} document
 * @param {string} id
 * @param {object} shape its mode says whether it is added or subtracted
 * @returns {object} the document
 */
export function addShape(document, id, shape) {
  return withRegions(document, [id], (region) => ({ ...region, shapes: [...region.shapes, wholeShape(shape)] }));
}

/**
 * @param {object} document
 * @param {string[]} ids
 * @param {number} dx fraction of the width
 * @param {number} dy fraction of the height
 * @returns {object} the document
 */
export function moveRegions(document, ids, dx, dy) {
  if (dx === 0 && dy === 0) return document;
  return withShapes(document, ids, (shape) => movedShape(shape, dx, dy));
}

/**
 * @param {object} document
 * @param {string} id
 * @param {{x0: number, y0: number, x1: number, y1: number}} from box in fractions, usually the region's bounds
 * @param {{x0: number, y0: number, x1: number, y1: number}} to where that box goes, and the region with it
 * @returns {object} the document
 */
export function resizeRegion(document, id, from, to) {
  if (["x0", "y0", "x1", "y1"].every((side) => from[side] === to[side])) return document;
  return withShapes(document, [id], (shape) => resizedShape(shape, from, to));
}

/**
 * @param {object} document
 * @returns {{document: object, id: string}} with a region of all that no visible region was given. It lies below the
 *   others, so that their soft edges fade into it, and that it hides none of them when they are moved.
 */
export function fillRest(document) {
  const taken = document.regions.filter((region) => region.visible).flatMap((region) => region.shapes);
  const holes = taken.filter((shape) => shape.mode === "add").map((shape) => ({ ...shape, mode: "subtract" }));
  const whole = { kind: "rect", x: 0, y: 0, width: 1, height: 1 };
  const region = madeRegion(document.regions, [whole, ...holes], {});
  return { document: { ...document, regions: [region, ...document.regions] }, id: region.id };
}

/**
 * @param {object} document
 * @param {{base_prompt?: string, background_prompt?: string}} prompts
 * @returns {object} the document
 */
export function setPrompts(document, prompts) {
  return Object.entries(prompts).every(([key, value]) => document[key] === value)
    ? document
    : { ...document, ...prompts };
}

/**
 * @param {object} document
 * @returns {object} the document without regions; its prompts stay
 */
export function clearRegions(document) {
  return document.regions.length > 0 ? { ...document, regions: [] } : document;
}

/**
 * What cannot be stored must not get into the document: a value past its range would make the whole text unreadable.
 */
function ranged(region, fields) {
  const within = { ...fields };
  if ("strength" in fields) within.strength = held(fields.strength, 0, MAX_STRENGTH);
  if ("feather" in fields) within.feather = held(fields.feather, 0, MAX_FEATHER);
  if ("start" in fields) within.start = held(fields.start, 0, Math.min(fields.end ?? region.end, 1) - SHORTEST_WINDOW);
  if ("end" in fields) within.end = held(fields.end, Math.min((within.start ?? region.start) + SHORTEST_WINDOW, 1), 1);
  return within;
}

function held(value, low, high) {
  return Math.max(Math.min(value, high), low);
}

function withRegions(document, ids, change) {
  const regions = document.regions.map((region) => (ids.includes(region.id) ? change(region) : region));
  return regions.some((region, index) => region !== document.regions[index]) ? { ...document, regions } : document;
}

function withShapes(document, ids, change) {
  return withRegions(document, ids, (region) => ({ ...region, shapes: region.shapes.map(change) }));
}
