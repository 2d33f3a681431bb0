/**
 * From the stored text to a document in which every default is filled in: the same texts pass as in
 * attention/document.py.
 */

import { flag, items, mapping, numberWithin, shown, text } from "./field_types.js";
import { freeId, regionLabel } from "./naming.js";
import { colourAt } from "./palette.js";
import {
  DocumentError,
  MAX_CHARACTERS,
  MAX_FEATHER,
  MAX_STRENGTH,
  REGION_DEFAULTS,
  SCHEMA,
  emptyDocument,
} from "./schema.js";
import { readShape } from "./shape_reader.js";

/**
 * @param {string} source empty or blank text is an empty document
 * @returns {object} the document: defaults filled in, ids unique, colours "#rrggbb", every stroke point with its
 *   pressure, unknown keys kept. Throws DocumentError for text that is no document, and for values of a wrong type or
 *   out of range.
 */
export function parseDocument(source) {
  if (source.trim() === "") return emptyDocument();
  const fields = mapping(parsed(source), "The document");
  checkSchema(fields);
  const defaults = { ...emptyDocument(), ...fields };
  return {
    ...fields,
    schema: SCHEMA,
    base_prompt: text(defaults.base_prompt, "The document: base_prompt"),
    background_prompt: text(defaults.background_prompt, "The document: background_prompt"),
    regions: withUniqueIds(items(defaults.regions, "The document: regions").map(readRegion)),
  };
}

function parsed(source) {
  if (source.length > MAX_CHARACTERS) {
    throw new DocumentError(
      `The document has ${source.length} characters, but at most ${MAX_CHARACTERS} are read. ` +
        "Draw with fewer and simpler strokes.",
    );
  }
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new DocumentError(
      `The document is not complete, correct JSON: ${error.message}. Correct it there, or copy it again in full.`,
    );
  }
}

function checkSchema({ schema }) {
  if (schema === SCHEMA) return;
  if (schema === undefined) throw new DocumentError('The document has no schema. Begin it with {"schema": 1, ...}.');
  if (typeof schema === "number" && schema > SCHEMA) {
    throw new DocumentError(`The document (schema ${schema}) was made by a newer Flux Regions: update the pack.`);
  }
  throw new DocumentError(`The document: schema is ${shown(schema)}; give ${SCHEMA}, the only one there is.`);
}

function readRegion(value, index) {
  const number = regionLabel(index, "");
  const given = mapping(value, number);
  const fields = { ...REGION_DEFAULTS, id: "", colour: "", shapes: [], ...given };
  const name = text(fields.name, `${number}: name`);
  const label = regionLabel(index, name);
  const region = {
    ...given,
    id: text(fields.id, `${label}: id`),
    name,
    prompt: text(fields.prompt, `${label}: prompt`),
    strength: numberWithin(fields.strength, 0, MAX_STRENGTH, `${label}: strength`),
    feather: numberWithin(fields.feather, 0, MAX_FEATHER, `${label}: feather`),
    start: numberWithin(fields.start, 0, 1, `${label}: start`),
    end: numberWithin(fields.end, 0, 1, `${label}: end`),
    colour: readColour(text(fields.colour, `${label}: colour`), index),
    visible: flag(fields.visible, `${label}: visible`),
    locked: flag(fields.locked, `${label}: locked`),
    shapes: items(fields.shapes, `${label}: shapes`).map((shape, place) =>
      readShape(shape, `${label}, shape ${place + 1}`),
    ),
  };
  if (region.start >= region.end) {
    throw new DocumentError(
      `${label}: start (${region.start}) must be smaller than end (${region.end}): ` +
        "the region acts from start to end. To leave it out, hide it.",
    );
  }
  return region;
}

/** A colour is the editor's own affair: one that it cannot show is no reason to refuse the drawing. */
function readColour(colour, index) {
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour : colourAt(index);
}

/** The first region of an id keeps it; those without one, or with one taken, get the next free. */
function withUniqueIds(regions) {
  const known = new Set(regions.map((region) => region.id));
  const given = new Set([""]);
  return regions.map((region) => {
    const id = given.has(region.id) ? freeId(known) : region.id;
    known.add(id);
    given.add(id);
    return { ...region, id };
  });
}
