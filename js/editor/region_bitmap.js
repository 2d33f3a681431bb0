/**
 * The picture of one region in its colour, its edge feathered.
 *
 * @import { Region } from "../core/document.js"
 */

import { kindOf } from "../core/shape.js";
import { featherBitmap } from "./feather_bitmap.js";

/**
 * A region's bitmap at one size: a region that did not change is not painted again.
 *
 * @type {WeakMap<Region, OffscreenCanvas>}
 */
const cache = new WeakMap();

/**
 * @param {Region} region
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @returns {OffscreenCanvas} shared: do not paint on it
 */
export function regionBitmap(region, width, height) {
  const entry = cache.get(region);
  if (entry?.width === width && entry.height === height) return entry;
  const hard = new OffscreenCanvas(width, height);
  const context = hard.getContext("2d");
  context.fillStyle = context.strokeStyle = region.colour;
  context.lineCap = context.lineJoin = "round";
  for (const shape of region.shapes) {
    context.globalCompositeOperation = shape.mode === "subtract" ? "destination-out" : "source-over";
    kindOf(shape).paint(shape, context, width, height);
  }
  const bitmap = featherBitmap(hard, region.feather * Math.min(width, height));
  cache.set(region, bitmap);
  return bitmap;
}
