/**
 * From the stored text to a document in which every default is filled in. The same texts pass as in Python, whose
 * reader also wants shapes in every visible region.
 *
 * @import { RegionDocument } from "./document.js"
 */

import {
  DocumentError,
  MAX_CHARACTERS,
  MAX_DEPTH,
  MAX_REGIONS,
  REGION_DEFAULTS,
  REGION_FIELDS,
  ROTATED_SCHEMA,
  SCHEMA,
  emptyDocument,
} from "./document.js";
import { asJson, expectBool, expectList, expectNumberWithin, expectObject, expectString } from "./document_fields.js";
import { paletteColor, regionLabel, uniqueId } from "./region.js";
import { readLoras } from "./region_lora.js";
import { readShape } from "./shape.js";

/**
 * @param {string} source empty or blank text is an empty document
 * @returns {RegionDocument} defaults filled in, ids unique, colours "#rrggbb", every stroke point with its pressure,
 *   unknown keys kept. Throws DocumentError for text that is no document, and for values of a wrong type or out of
 *   range.
 */
export function parseDocument(source) {
  if (source.trim() === "") return emptyDocument();
  const fields = expectObject(parseJson(source), "The document");
  checkSchema(fields);
  const complete = { ...emptyDocument(), ...fields };
  if ("background_loras" in fields) readLoras(fields.background_loras, "The background", "background_loras");
  return {
    ...fields,
    schema: SCHEMA,
    base_prompt: expectString(complete.base_prompt, "The document: base_prompt"),
    background_prompt: expectString(complete.background_prompt, "The document: background_prompt"),
    regions: withUniqueIds(limited(expectList(complete.regions, "The document: regions")).map(readRegion)),
  };
}

/** @param {number} count of regions; throws DocumentError for more than a document may have */
export function limitCount(count) {
  if (count <= MAX_REGIONS) return;
  throw new DocumentError(`There are ${count} regions, but at most ${MAX_REGIONS} are drawn. Remove some.`);
}

function limited(regions) {
  limitCount(regions.length);
  return regions;
}

function parseJson(source) {
  if (source.length > MAX_CHARACTERS) {
    throw new DocumentError(
      `The document has ${source.length} characters, but at most ${MAX_CHARACTERS} are read. ` +
        "Draw with fewer and simpler strokes.",
    );
  }
  if (depth(source) > MAX_DEPTH) throw new DocumentError("The document is nested too deeply. Copy it again.");
  try {
    return JSON.parse(source.replace(/^\ufeff/, "")); // editors of text write a byte order mark
  } catch (error) {
    throw new DocumentError(
      `The document is not complete, correct JSON: ${error.message}. Correct it there, or copy it again in full.`,
    );
  }
}

/** @returns {number} how many brackets are open at once, at most, outside of strings */
function depth(source) {
  let open = 0;
  let most = 0;
  for (const [token] of source.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[[\]{}]/g)) {
    if (token === "[" || token === "{") open += 1;
    if (token === "]" || token === "}") open -= 1;
    most = Math.max(most, open);
  }
  return most;
}

function checkSchema({ schema }) {
  if (schema === SCHEMA || schema === ROTATED_SCHEMA) return;
  if (schema === undefined) throw new DocumentError('The document has no schema. Begin it with {"schema": 1, ...}.');
  if (typeof schema === "number" && schema > ROTATED_SCHEMA) {
    throw new DocumentError(`The document (schema ${schema}) was made by a newer Flux Regions: update the pack.`);
  }
  throw new DocumentError(
    `The document: schema is ${asJson(schema)}; give ${SCHEMA}, or ${ROTATED_SCHEMA} with rotated shapes.`,
  );
}

function readRegion(value, index) {
  const number = regionLabel(index, "");
  const stored = expectObject(value, number);
  const fields = { ...REGION_DEFAULTS, id: "", colour: "", shapes: [], ...stored };
  const name = expectString(fields.name, `${number}: name`);
  const label = regionLabel(index, name);
  const numberOf = (key) =>
    expectNumberWithin(fields[key], REGION_FIELDS[key].low, REGION_FIELDS[key].high, `${label}: ${key}`);
  const region = {
    ...stored,
    id: expectString(fields.id, `${label}: id`),
    name,
    prompt: expectString(fields.prompt, `${label}: prompt`),
    strength: numberOf("strength"),
    feather: numberOf("feather"),
    start: numberOf("start"),
    end: numberOf("end"),
    colour: readColor(expectString(fields.colour, `${label}: colour`), index),
    visible: expectBool(fields.visible, `${label}: visible`),
    locked: expectBool(fields.locked, `${label}: locked`),
    shapes: expectList(fields.shapes, `${label}: shapes`).map((shape, position) =>
      readShape(shape, `${label}, shape ${position + 1}`),
    ),
  };
  if ("loras" in stored) region.loras = readLoras(stored.loras, label, "loras");
  if (region.start >= region.end) {
    throw new DocumentError(
      `${label}: start (${region.start}) must be smaller than end (${region.end}): ` +
        "the region acts from start to end. To leave it out, hide it.",
    );
  }
  return region;
}

/** A colour is the editor's own affair: one that it cannot show is no reason to refuse the drawing. */
function readColor(color, index) {
  return /^#[0-9a-f]{6}$/i.test(color) ? color : paletteColor(index);
}

/** The first region of an id keeps it; those without one, or with one taken, get the next free. */
function withUniqueIds(regions) {
  const reserved = new Set(regions.map((region) => region.id));
  const used = new Set([""]);
  let next = 1;
  return regions.map((region) => {
    let { id } = region;
    if (used.has(id)) {
      id = uniqueId(reserved, next);
      next = Number(id.slice(1)) + 1;
    }
    reserved.add(id);
    used.add(id);
    return { ...region, id };
  });
}
