/**
 * The picture of one region in its colour, its edge feathered.
 *
 * @import { Region } from "../core/document.js"
 *
 * @typedef {object} PixelBox a box of whole pixels
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {{bitmap: OffscreenCanvas, box: PixelBox}} RegionBitmap box: where the bitmap lies on the canvas
 */

import { regionBounds } from "../core/region_area.js";
import { kindOf } from "../core/shape.js";
import { featherBitmap, featherMargin } from "./feather_bitmap.js";

/** The node's own editor and the large one each have a size; and one while either is being resized. */
const MAX_SIZES = 3;

/**
 * A region's bitmaps by size: a region that did not change is not painted again.
 *
 * @type {WeakMap<Region, Map<string, RegionBitmap | null>>}
 */
const cache = new WeakMap();

/**
 * @param {Region} region
 * @param {number} width of the canvas, in pixels
 * @param {number} height
 * @returns {RegionBitmap | null} as large as the region needs; null where it lies outside of the canvas. Shared: do not
 *   paint on it.
 */
export function regionBitmap(region, width, height) {
  if (!cache.has(region)) cache.set(region, new Map());
  const entries = cache.get(region);
  const size = `${width} ${height}`;
  if (!entries.has(size)) {
    if (entries.size === MAX_SIZES) entries.delete(entries.keys().next().value);
    entries.set(size, paintRegion(region, width, height));
  }
  return entries.get(size);
}

/**
 * @param {Pick<Region, "shapes">} region
 * @param {number} width of the canvas, in pixels
 * @param {number} height
 * @param {number} margin in pixels
 * @returns {PixelBox | null} around the region and the margin, within the canvas; null where nothing of it is there
 */
export function pixelBox(region, width, height, margin) {
  const bounds = regionBounds(region, width / height);
  if (!bounds) return null;
  const left = Math.max(0, Math.floor(bounds.x0 * width - margin));
  const top = Math.max(0, Math.floor(bounds.y0 * height - margin));
  const right = Math.min(width, Math.ceil(bounds.x1 * width + margin));
  const bottom = Math.min(height, Math.ceil(bounds.y1 * height + margin));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/**
 * @param {import("../core/shape.js").Context2D} context
 * @param {import("../core/document.js").Shape} shape added to what is there, or taken from it
 * @param {string} color
 * @param {number} width of the canvas, in pixels
 * @param {number} height
 */
export function paintShape(context, shape, color, width, height) {
  context.fillStyle = context.strokeStyle = color;
  context.lineCap = context.lineJoin = "round";
  context.globalCompositeOperation = shape.mode === "subtract" ? "destination-out" : "source-over";
  kindOf(shape).paint(shape, context, width, height);
}

function paintRegion(region, width, height) {
  const feather = region.feather * Math.min(width, height);
  const box = pixelBox(region, width, height, featherMargin(feather) + 1);
  if (!box) return null;
  const hard = new OffscreenCanvas(box.width, box.height);
  const context = hard.getContext("2d");
  context.translate(-box.x, -box.y);
  for (const shape of region.shapes) paintShape(context, shape, region.colour, width, height);
  const touches = box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height;
  return { bitmap: featherBitmap(hard, feather, touches), box };
}
