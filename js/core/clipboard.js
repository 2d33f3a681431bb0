/**
 * Regions as text for the clipboard, so that they travel between nodes, workflows and people.
 *
 * @import { Region, RegionDocument } from "./document.js"
 */

import { DocumentError, SCHEMA } from "./document.js";
import { limitCount, parseDocument } from "./document_reader.js";
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
 * What a text from outside holds, as far as its form says.
 *
 * @param {string} text not blank
 * @returns {"regions" | "workflow" | "json" | "lines"} regions: copied in an editor, or a document. workflow: a graph of
 *   the host. json: of another kind, or broken. lines: anything else, which is region text if it is ours.
 */
export function kindOfText(text) {
  if (!/^\s*[{[]/.test(text)) return "lines";
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    if (/"(regions|flux_regions|schema|shapes)"\s*:/.test(text)) return "regions"; // whose reader says what is wrong
    return text.trim().startsWith("{") ? "json" : "lines";
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "json";
  if (Array.isArray(value.nodes) || Object.values(value).some((node) => node?.class_type)) return "workflow";
  return "flux_regions" in value || "regions" in value || "schema" in value ? "regions" : "json";
}

/**
 * @param {RegionDocument} doc
 * @param {string} text regions copied in an editor, or a whole document
 * @returns {{doc: RegionDocument, ids: string[]}} with the text's regions on top, not locked, moved off any that they
 *   would cover exactly, and its prompts where there were none; ids of the new ones. Throws DocumentError for a text
 *   that cannot be read, or holds no regions.
 */
export function pasteRegions(doc, text) {
  const source = readDocument(text);
  limitCount(doc.regions.length + source.regions.length);
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

function readDocument(text) {
  const copies = copiedRegions(text);
  const source = parseDocument(copies === undefined ? text : JSON.stringify({ schema: SCHEMA, regions: copies }));
  if (source.regions.length > 0) return source;
  throw new DocumentError("There are no regions in it.");
}

/** What regionsToText wrote; undefined for another text. */
function copiedRegions(text) {
  try {
    return JSON.parse(text)?.flux_regions;
  } catch {
    return undefined; // the reader of documents says what is wrong
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
