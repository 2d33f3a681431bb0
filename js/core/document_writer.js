/**
 * From a document to the stored text: short, without what a reader fills in by itself, and always one that can be read.
 */

import { colourAt } from "./palette.js";
import { FAR, REGION_DEFAULTS, emptyDocument } from "./schema.js";

/** 1/10000 of the canvas: less than a pixel on any canvas the host allows. */
const STEPS = 10_000;

/**
 * @param {object} document
 * @returns {string} JSON in one line; coordinates rounded to 4 decimals, values equal to their default left out except
 *   schema, prompt and shapes, unknown keys written back
 */
export function stringifyDocument(document) {
  const { schema, regions, ...rest } = document;
  const defaults = emptyDocument();
  const written = { schema, ...withoutDefaults(rest, defaults) };
  if (regions.length > 0) written.regions = regions.map(writtenRegion);
  return JSON.stringify(written);
}

/**
 * @param {string} text
 * @returns {number} its length in bytes of UTF-8
 */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * @param {object} region
 * @param {number} index its place, from 0: what its colour would be if it had none
 * @returns {object} the region as the text holds it
 */
export function writtenRegion(region, index) {
  const { id, name, prompt, shapes, ...rest } = region;
  const defaults = { ...REGION_DEFAULTS, colour: colourAt(index), prompt: undefined };
  return { ...withoutDefaults({ id, name, prompt, ...rest }, defaults), shapes: shapes.map(writtenShape) };
}

function withoutDefaults(fields, defaults) {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !Object.hasOwn(defaults, key) || value !== defaults[key]),
  );
}

function writtenShape(shape) {
  const { mode, ...written } = shape;
  if (shape.kind === "polygon") written.points = shape.points.map(([x, y]) => [rounded(x), rounded(y)]);
  else if (shape.kind === "stroke") {
    written.points = shape.points.map(writtenDot);
    written.width = rounded(shape.width);
  } else for (const key of ["x", "y", "width", "height"]) written[key] = rounded(shape[key]);
  return mode === "subtract" ? { ...written, mode } : written;
}

function writtenDot([x, y, pressure = 1]) {
  const dot = [rounded(x), rounded(y), rounded(pressure)];
  return dot[2] === 1 ? dot.slice(0, 2) : dot;
}

/**
 * Also held within the canvases that a reader accepts, so that nothing drawn can become unreadable; + 0 turns -0 into
 * 0.
 */
function rounded(value) {
  return Math.round(Math.min(Math.max(value, -FAR), FAR) * STEPS) / STEPS + 0;
}
