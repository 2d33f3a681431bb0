/** @import { Shape } from "../core/document.js" */

import { containedBox } from "../core/geometry.js";
import { kindOf } from "../core/shape.js";
import { maskShapes } from "../core/trace.js";

const MAX_SIDE = 1024; // px: finer outlines would be drawn with fewer points anyway

/**
 * @param {File} file a picture: a mask, white on black, or what is opaque where anything is transparent
 * @param {number} aspect the canvas's width / height
 * @returns {Promise<Shape[]>} its outlines, where it lies when it is fitted into the canvas as the backdrop is; throws
 *   an Error with a sentence where there is nothing to trace
 */
export async function tracedShapes(file, aspect) {
  const name = file.name || "The picture";
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(`${name} is no picture that this browser can read. Save it as PNG.`);
  }
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0, width, height);
  const shapes = maskShapes(levelsOf(context.getImageData(0, 0, width, height).data), width, height);
  const box = containedBox(picture.width / picture.height, aspect);
  picture.close();
  if (shapes.length === 0) throw new Error(`${name} has no white or opaque part of which a region could be made.`);
  return shapes.map((shape) => kindOf(shape).resized(shape, { x0: 0, y0: 0, x1: 1, y1: 1 }, box));
}

/** [pixels] 0..255: how opaque each is where any is transparent, else how bright. */
function levelsOf(data) {
  let hasAlpha = false;
  for (let i = 3; i < data.length && !hasAlpha; i += 4) hasAlpha = data[i] < 255;
  const levels = new Float32Array(data.length / 4);
  for (let pixel = 0, i = 0; i < data.length; pixel += 1, i += 4) {
    levels[pixel] = hasAlpha ? data[i + 3] : 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  }
  return levels;
}
