/**
 * A shape of whatever kind. What the kinds differ in is in shapes/, one module each; nothing outside of that folder
 * asks for a kind by its name.
 *
 * Which points a shape contains is defined by regions/shapes.py. All geometry is in fractions of the canvas (x right,
 * y down); aspect is the canvas's width / height, which matters wherever a distance does.
 *
 * @import { Shape } from "./document.js"
 * @import { Box } from "./geometry.js"
 * @import { CellBox, CellGrid } from "./token_grid.js"
 *
 * @typedef {object} ShapeKind what there is to know about one kind of shape; the mode of a shape does not matter here
 * @property {string} kind its name in the document
 * @property {(fields: object, label: string) => object} read the fields of this kind, checked and complete; label:
 *   what an error calls the shape. Throws DocumentError.
 * @property {(shape: Shape) => object} write the same fields as they are stored, rounded
 * @property {(shape: Shape) => Shape} withDefaults the shape with what a reader would fill in
 * @property {(shape: Shape, aspect: number) => Box} bounds the smallest upright box around it
 * @property {(shape: Shape, x: number, y: number, aspect: number) => boolean} contains whether the point lies in it
 * @property {(shape: Shape, dx: number, dy: number) => Shape} moved by fractions of the width and the height
 * @property {(shape: Shape, from: Box, to: Box) => Shape} resized as the box `from` becomes the box `to`, see boxMap
 * @property {(shape: Shape, degrees: number, pivot: {x: number, y: number}, aspect: number) => Shape} rotated turned
 *   clockwise around the pivot
 * @property {{isClosed: boolean, minPoints: number} | null} path of the kinds drawn along points, which can be edited
 *   one by one: whether the last leads back to the first, and how many there must be
 * @property {(shape: Shape, grid: CellGrid, box: CellBox) => Float32Array} fill
 *   [(bottom - top) * (right - left)], in 0..1: how much of each cell of the box (not empty) it fills, row by row
 * @property {(shape: Shape, tolerance: number) => Shape} simplified drawn with fewer points that stray by no more than
 *   tolerance (a fraction of the shorter side, on a canvas taken for square); the shape itself where it has none to
 *   lose
 * @property {(shape: Shape, context: Context2D, width: number, height: number) => void} paint fills it in the context's
 *   fillStyle and strokeStyle, on a canvas of width x height pixels
 *
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context2D
 */

import { DocumentError } from "./document.js";
import { asJson, expectObject, expectString } from "./document_fields.js";
import * as kinds from "./shapes/index.js";

/** @type {Map<string, ShapeKind>} */
const KINDS = new Map(Object.values(kinds).map((shapeKind) => [shapeKind.kind, shapeKind]));

/**
 * @param {{kind: string}} shape
 * @param {string} [label] what an error calls it
 * @returns {ShapeKind} throws DocumentError for a kind that is none
 */
export function kindOf({ kind }, label = "A shape") {
  const shapeKind = KINDS.get(kind);
  if (shapeKind) return shapeKind;
  throw new DocumentError(
    `${label}: kind is ${asJson(kind)}; give one of: ${kindNames()}. ` +
      "If a newer Flux Regions made the document, update the pack.",
  );
}

/**
 * @param {unknown} value one entry of a region's "shapes"
 * @param {string} label what an error calls it
 * @returns {Shape} with its mode and everything else that may be missing filled in, unknown keys kept; throws
 *   DocumentError
 */
export function readShape(value, label) {
  const fields = expectObject(value, label);
  if (!Object.hasOwn(fields, "kind")) throw new DocumentError(`${label} has no kind; give one of: ${kindNames()}.`);
  const kind = expectString(fields.kind, `${label}: kind`);
  const shapeKind = kindOf({ kind }, label);
  const kindLabel = `${label} (${kind})`;
  const mode = expectString({ mode: "add", ...fields }.mode, `${kindLabel}: mode`);
  if (mode !== "add" && mode !== "subtract") {
    throw new DocumentError(`${kindLabel}: mode is ${asJson(mode)}; give one of: add, subtract.`);
  }
  return { ...fields, kind, mode, ...shapeKind.read(fields, kindLabel) };
}

/**
 * @param {Shape} shape
 * @returns {object} the shape as the text holds it
 */
export function serializeShape(shape) {
  const { mode, ...fields } = shape;
  const stored = { ...fields, ...kindOf(shape).write(shape) };
  return mode === "subtract" ? { ...stored, mode } : stored;
}

/**
 * @param {Shape} shape
 * @returns {Shape} with what a reader would fill in
 */
export function withDefaults(shape) {
  return { mode: "add", ...kindOf(shape).withDefaults(shape) };
}

function kindNames() {
  return [...KINDS.keys()].join(", ");
}
