/**
 * Regions that come from other nodes: shown below those that are drawn, numbered before them, and not to be edited.
 *
 * @import { Region } from "./document.js"
 */

import { REGION_DEFAULTS } from "./document.js";
import { readShape } from "./shape.js";
import { maskShapes } from "./trace.js";

/**
 * @param {unknown[]} sent by a run, as nodes/shown_regions.py writes it
 * @returns {Region[]} in drawing order, locked
 */
export function readChained(sent) {
  return sent.map((entry, index) => {
    const { name, prompt, colour, shapes, mask } = /** @type {any} */ (entry);
    return {
      ...REGION_DEFAULTS,
      id: `chained ${index + 1}`,
      name,
      prompt,
      colour,
      locked: true,
      shapes: mask
        ? maskShapes(levelsOf(mask), mask.width, mask.height)
        : shapes.map((shape, position) => readShape(shape, `Shape ${position + 1}`)),
    };
  });
}

function levelsOf({ levels }) {
  return Uint8Array.from(atob(levels), (letter) => letter.charCodeAt(0));
}
