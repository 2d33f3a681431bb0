/**
 * From a document to the stored text: short, without what a reader fills in by itself, and always one that can be read.
 *
 * @import { Region, RegionDocument } from "./document.js"
 */

import { REGION_DEFAULTS, emptyDocument } from "./document.js";
import { paletteColor } from "./region.js";
import { serializeShape } from "./shape.js";

/**
 * @param {RegionDocument} doc
 * @returns {string} JSON in one line; coordinates rounded to 4 decimals, values equal to their default left out except
 *   schema, prompt and shapes, unknown keys written back
 */
export function stringifyDocument(doc) {
  const { schema, regions, ...rest } = doc;
  /** @type {Record<string, unknown>} */
  const fields = { schema, ...withoutDefaults(rest, emptyDocument()) };
  if (regions.length > 0) fields.regions = regions.map(serializeRegion);
  return JSON.stringify(fields);
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
