/**
 * From a document to the stored text: short, without what a reader fills in by itself, and always one that can be read.
 *
 * @import { Region, RegionDocument } from "./document.js"
 */

import { REGION_DEFAULTS, ROTATED_SCHEMA, SCHEMA, emptyDocument } from "./document.js";
import { paletteColor } from "./region.js";
import { serializeShape } from "./shape.js";

/**
 * The text of a region with its colour in it, and without: an edit of one region writes only that one anew.
 *
 * @type {WeakMap<Region, {[isColored: string]: string}>}
 */
const texts = new WeakMap();

/**
 * @param {RegionDocument} doc
 * @returns {string} JSON in one line; coordinates rounded to 4 decimals, values equal to their default left out except
 *   schema, prompt and shapes, unknown keys written back
 */
export function stringifyDocument(doc) {
  const { schema: _, regions, ...rest } = doc;
  const isRotated = regions.some(({ shapes }) => shapes.some(({ rotation }) => rotation));
  /** @type {Record<string, unknown>} */
  const fields = { schema: isRotated ? ROTATED_SCHEMA : SCHEMA, ...withoutDefaults(rest, emptyDocument()) };
  const head = JSON.stringify(fields);
  return regions.length > 0 ? `${head.slice(0, -1)},"regions":[${regions.map(regionText).join()}]}` : head;
}

function regionText(region, index) {
  const isColored = String(region.colour !== paletteColor(index));
  const entry = texts.get(region) ?? {};
  texts.set(region, entry);
  entry[isColored] ??= JSON.stringify(serializeRegion(region, index));
  return entry[isColored];
}

/**
 * @param {string} text
 * @returns {number} its length in bytes of UTF-8
 */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * @param {Region} region
 * @param {number} index its position, from 0: what its colour would be if it had none
 * @returns {object} the region as the text holds it
 */
export function serializeRegion(region, index) {
  const { id, name, prompt, shapes, ...rest } = region;
  const defaults = { ...REGION_DEFAULTS, colour: paletteColor(index), prompt: undefined };
  return { ...withoutDefaults({ id, name, prompt, ...rest }, defaults), shapes: shapes.map(serializeShape) };
}

function withoutDefaults(fields, defaults) {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !Object.hasOwn(defaults, key) || value !== defaults[key]),
  );
}
