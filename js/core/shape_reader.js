/** The shapes of a region document, with every value checked, as attention/document_shapes.py checks them. */

import { items, mapping, number, numberWithin, shown, text } from "./field_types.js";
import { DocumentError, FAR } from "./schema.js";

const READERS = new Map([
  ["rect", boxFields],
  ["ellipse", boxFields],
  ["polygon", (fields, label) => ({ points: pointsOf(fields, label, 3, readCorner) })],
  [
    "stroke",
    (fields, label) => ({ points: pointsOf(fields, label, 1, readDot), width: length(fields, "width", label) }),
  ],
]);

/**
 * @param {unknown} value one entry of a region's "shapes"
 * @param {string} label what an error calls it
 * @returns {object} the shape with its mode and every point's pressure filled in, unknown keys kept; throws
 *   DocumentError
 */
export function readShape(value, label) {
  const fields = mapping(value, label);
  const kinds = [...READERS.keys()].join(", ");
  if (!Object.hasOwn(fields, "kind")) throw new DocumentError(`${label} has no kind; give one of: ${kinds}.`);
  const kind = text(fields.kind, `${label}: kind`);
  if (!READERS.has(kind)) {
    const newer = "If a newer Flux Regions made the document, update the pack.";
    throw new DocumentError(`${label}: kind is ${shown(kind)}; give one of: ${kinds}. ${newer}`);
  }
  const named = `${label} (${kind})`;
  const mode = text({ mode: "add", ...fields }.mode, `${named}: mode`);
  if (mode !== "add" && mode !== "subtract") {
    throw new DocumentError(`${named}: mode is ${shown(mode)}; give one of: add, subtract.`);
  }
  return { ...fields, kind, mode, ...READERS.get(kind)(fields, named) };
}

function boxFields(fields, label) {
  return {
    x: place(needed(fields, "x", label), `${label}: x`),
    y: place(needed(fields, "y", label), `${label}: y`),
    width: length(fields, "width", label),
    height: length(fields, "height", label),
  };
}

function pointsOf(fields, label, atLeast, read) {
  const points = items(needed(fields, "points", label), `${label}: points`);
  if (points.length < atLeast) {
    throw new DocumentError(`${label} has ${points.length} points; give at least ${atLeast}, or remove the shape.`);
  }
  return points.map((point, index) => {
    const what = `${label}, point ${index + 1}`;
    return read(items(point, what), what);
  });
}

function readCorner(point, what) {
  if (point.length !== 2) throw new DocumentError(`${what} has ${point.length} numbers; give [x, y].`);
  return [place(point[0], `${what}: x`), place(point[1], `${what}: y`)];
}

function readDot(point, what) {
  if (point.length !== 2 && point.length !== 3) {
    throw new DocumentError(`${what} has ${point.length} numbers; give [x, y, pressure] or [x, y].`);
  }
  const pressure = point.length === 3 ? numberWithin(point[2], 0, 1, `${what}: pressure`) : 1;
  return [...readCorner(point.slice(0, 2), what), pressure];
}

function length(fields, key, label) {
  const value = place(needed(fields, key, label), `${label}: ${key}`);
  if (value < 0) throw new DocumentError(`${label}: ${key} is ${value}; give 0 or more.`);
  return value;
}

function needed(fields, key, label) {
  if (!Object.hasOwn(fields, key)) throw new DocumentError(`${label} has no ${key}; give it.`);
  return fields[key];
}

function place(value, what) {
  if (Math.abs(number(value, what)) > FAR) {
    throw new DocumentError(`${what} is ${value}; give fractions of the canvas (0 to 1), not pixels.`);
  }
  return value;
}
