/** A document made small enough to store, by drawing its lines with fewer points. */

import { byteLength, stringifyDocument } from "./document_writer.js";
import { simplified } from "./geometry.js";
import { MAX_BYTES } from "./schema.js";

/**
 * Fractions of the shorter side: from half a pixel on a usual canvas to the whole of it, at which only ends are left.
 */
const FINEST = 0.0005;
const COARSEST = 1;

/**
 * With the tolerance for places that for pressure grows, too, or a line of trembling pressure would never get shorter.
 */
const PRESSURE_PER_TOLERANCE = 5;

/**
 * @param {object} document
 * @param {number} [maxBytes] of the stored text, in UTF-8
 * @returns {object} the document itself where its text fits; else with its strokes and polygons as simple as they need
 *   to be. Where not even that is enough (long prompts) the document as it is: then it would be spoilt for nothing.
 */
export function fitted(document, maxBytes = MAX_BYTES) {
  if (fits(document, maxBytes)) return document;
  for (let tolerance = FINEST; tolerance <= COARSEST; tolerance *= 1.5) {
    const smaller = { ...document, regions: document.regions.map((region) => simpler(region, tolerance)) };
    if (fits(smaller, maxBytes)) return smaller;
  }
  return document;
}

function fits(document, maxBytes) {
  return byteLength(stringifyDocument(document)) <= maxBytes;
}

function simpler(region, tolerance) {
  const shapes = region.shapes.map((shape) => simplerShape(shape, tolerance));
  return shapes.every((shape, index) => shape === region.shapes[index]) ? region : { ...region, shapes };
}

function simplerShape(shape, tolerance) {
  if (shape.kind !== "stroke" && shape.kind !== "polygon") return shape;
  const points = shape.kind === "stroke" ? fewerDots(shape.points, tolerance) : fewerCorners(shape.points, tolerance);
  return points.length < shape.points.length ? { ...shape, points } : shape;
}

// The document does not know the canvas's proportions: it is measured as a square one.
function fewerDots(points, tolerance) {
  return simplified(points, tolerance, 1, Math.max(0.1, tolerance * PRESSURE_PER_TOLERANCE));
}

function fewerCorners(points, tolerance) {
  const kept = simplified([...points, points[0]], tolerance, 1).slice(0, -1);
  if (kept.length >= 3) return kept;
  // It is smaller than the tolerance: any three of its corners will do.
  return [0, 1, 2].map((third) => points[Math.floor((third * points.length) / 3)]);
}
