/**
 * Regions as text for the clipboard, so that they travel between nodes, workflows and people.
 *
 * @import { Region, RegionDocument } from "./document.js"
 */

import { DocumentError, SCHEMA } from "./document.js";
import { parseDocument } from "./document_reader.js";
import { serializeRegion } from "./document_writer.js";
import { COPY_OFFSET, createRegion, uniqueName, unusedColor } from "./region.js";
import { kindOf } from "./shape.js";

/**
 * @param {RegionDocument} doc
 * @param {string[]} ids
 * @returns {string} JSON: {"flux_regions": [...]}, in drawing order
 */
export function regionsToText(doc, ids) {
  return JSON.stringify({
    flux_regions: doc.regions.filter((region) => ids.includes(region.id)).map(serializeRegion),
  });
}

/**
 * @param {RegionDocument} doc
 * @param {string} text from the clipboard: anything; ours are regions copied in an editor, and whole documents
 * @returns {{doc: RegionDocument, ids: string[]} | null} with the text's regions on top, not locked, moved off any that
 *   they would cover exactly, and its prompts where there were none; ids of the new ones. null when the text is not
 *   ours.
 */
export function pasteRegions(doc, text) {
  const source = readDocument(text);
  if (source === null) return null;
  const offset = freeOffset(doc.regions, source.regions);
  const regions = [...doc.regions];
  const ids = source.regions.map((pasted) => {
    const { shapes, ...fields } = moveRegion(pasted, offset);
    const name = uniqueName(fields.name, new Set(regions.map((region) => region.name)));
    const isTaken = regions.some((region) => region.colour === fields.colour);
    const color = isTaken ? unusedColor(regions) : fields.colour;
    regions.push(createRegion(regions, shapes, { ...fields, name, colour: color, locked: false }));
    return regions.at(-1).id;
  });
  const prompts = Object.fromEntries(
    ["base_prompt", "background_prompt"].map((key) => [key, doc[key].trim() ? doc[key] : source[key]]),
  );
  return { doc: { ...doc, ...prompts, regions }, ids };
}

/** The text as a document; null where it has no regions, or none that could be drawn. */
function readDocument(text) {
  try {
    const { flux_regions: copies, ...fields } = JSON.parse(text) ?? {};
    const source = copies === undefined ? fields : { schema: SCHEMA, regions: copies };
    if (!Array.isArray(source.regions) || source.regions.length === 0) return null;
    return parseDocument(JSON.stringify(source));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DocumentError) return null;
    throw error;
  }
}

/** How far, right and down, the pasted regions must go so that none lies exactly on one that is there. */
function freeOffset(regions, pasted) {
  const areas = new Set(regions.map((region) => areaText(region)));
  const drawn = pasted.filter((region) => region.shapes.length > 0);
  const hidesOne = (offset) => drawn.some((region) => areas.has(areaText(moveRegion(region, offset))));
  let offset = 0;
  while (offset < 1 && hidesOne(offset)) offset += COPY_OFFSET;
  return offset;
}

/**
 * @param {Region} region
 * @param {number} offset right and down, a fraction of the canvas
 * @returns {Region}
 */
function moveRegion(region, offset) {
  return { ...region, shapes: region.shapes.map((shape) => kindOf(shape).moved(shape, offset, offset)) };
}

/** The shapes as they are stored: two that differ by less than a stored decimal are the same. */
function areaText(region) {
  return JSON.stringify(serializeRegion(region, 0).shapes);
}
