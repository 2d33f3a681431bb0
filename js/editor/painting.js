/**
 * What is seen in the drawing area, from bottom to top: the backdrop, the regions or their tokens with labels, the
 * selection.
 *
 * @import { EditorState } from "./editor_state.js"
 * @import { RegionLayer } from "./region_layer.js"
 */

import { paintSelection } from "./handles.js";

/**
 * @param {CanvasRenderingContext2D} context
 * @param {EditorState} state
 * @param {RegionLayer} layer
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paint(context, state, layer, width, height, scale) {
  layer.update(state, width, height, scale);
  context.clearRect(0, 0, width, height);
  if (state.backdrop) context.drawImage(state.backdrop.image, 0, 0, width, height);
  context.drawImage(layer.bitmap, 0, 0);
  for (const region of state.selected) paintSelection(context, region, state, width, height, scale);
}
