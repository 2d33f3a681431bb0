/** Regions as text for the clipboard, so that they travel between nodes, workflows and people. */

import { parseDocument } from "./document_reader.js";
import { writtenRegion } from "./document_writer.js";
import { movedShape } from "./geometry.js";
import { COPY_OFFSET, madeRegion } from "./made_region.js";
import { freeName } from "./naming.js";
import { freeColour } from "./palette.js";
import { DocumentError, SCHEMA } from "./schema.js";

/**
 * @param {object} document
 * @param {string[]} ids
 * @returns {string} JSON: {"flux_regions": [...]}, in drawing order
 */
export function regionsToText(document, ids) {
  return JSON.stringify({
    flux_regions: document.regions.filter((region) => ids.includes(region.id)).map(writtenRegion),
  });
}

/**
 * @param {object} document
 * @param {string} text from the clipboard: anything; ours are regions copied in an editor, and whole documents
 * @returns {{document: object, ids: string[]} | null} with the text's regions on top, not locked, moved off any that
 *   they would cover exactly, and its prompts where there were none; ids of the new ones. null when the text is not ours.
 */
export function pasteRegions(document, text) {
  const source = readDocument(text);
  if (source === null) return null;
  const pasted = source.regions;
  const offset = freeOffset(document.regions, pasted);
  const regions = [...document.regions];
  const ids = pasted.map(({ shapes, ...fields }) => {
    const name = freeName(fields.name, new Set(regions.map((region) => region.name)));
    const colour = regions.some((region) => region.colour === fields.colour) ? freeColour(regions) : fields.colour;
    const moved = movedBy({ shapes }, offset).shapes;
    regions.push(madeRegion(regions, moved, { ...fields, name, colour, locked: false }));
    return regions.at(-1).id;
  });
  const prompts = Object.fromEntries(
    ["base_prompt", "background_prompt"].map((key) => [key, document[key].trim() ? document[key] : source[key]]),
  );
  return { document: { ...document, ...prompts, regions }, ids };
}

/** The text as a document; null where it has no regions, or none that could be drawn. */
function readDocument(text) {
  try {
    const { flux_regions: copied, ...given } = JSON.parse(text) ?? {};
    const source = copied === undefined ? given : { schema: SCHEMA, regions: copied };
    if (!Array.isArray(source.regions) || source.regions.length === 0) return null;
    return parseDocument(JSON.stringify(source));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DocumentError) return null;
    throw error;
  }
}

/** How far, right and down, the pasted regions must go so that none lies exactly on one that is there. */
function freeOffset(regions, pasted) {
  const there = new Set(regions.map((region) => drawing(region)));
  const drawn = pasted.filter((region) => region.shapes.length > 0);
  const hides = (offset) => drawn.some((region) => there.has(drawing(movedBy(region, offset))));
  let offset = 0;
  while (offset < 1 && hides(offset)) offset += COPY_OFFSET;
  return offset;
}

function movedBy(region, offset) {
  return { ...region, shapes: region.shapes.map((shape) => movedShape(shape, offset, offset)) };
}

/** The shapes as they are stored: two that differ by less than a stored decimal are the same. */
function drawing(region) {
  return JSON.stringify(writtenRegion(region, 0).shapes);
}
