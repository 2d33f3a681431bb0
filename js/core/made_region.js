/** How a region comes to be by the editor's hand: whole, with an id and a colour of its own. */

import { freeId } from "./naming.js";
import { freeColour } from "./palette.js";
import { REGION_DEFAULTS } from "./schema.js";

/** Right and down, in fractions of the canvas: a copy that lay exactly on its original would seem not to be there. */
export const COPY_OFFSET = 0.03;

/**
 * @param {object[]} others the document's regions
 * @param {object[]} shapes
 * @param {object} fields of the region, other than id and shapes; those missing get their default
 * @returns {object} the region
 */
export function madeRegion(others, shapes, fields) {
  const id = freeId(new Set(others.map((region) => region.id)));
  return { ...REGION_DEFAULTS, colour: freeColour(others), ...fields, id, shapes: shapes.map(wholeShape) };
}

/**
 * @param {object} shape
 * @returns {object} the shape with its mode and every point's pressure filled in, as the reader leaves it
 */
export function wholeShape(shape) {
  const whole = { mode: "add", ...shape };
  return shape.kind === "stroke"
    ? { ...whole, points: shape.points.map(([x, y, pressure = 1]) => [x, y, pressure]) }
    : whole;
}
