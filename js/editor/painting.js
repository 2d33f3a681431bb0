/**
 * What is seen in the drawing area, from bottom to top: the backdrop, the regions or their tokens with labels, the
 * selection.
 *
 * @import { EditorState } from "./editor_state.js"
 * @import { LayerPlace, RegionLayer } from "./region_layer.js"
 */

import { paintSelection } from "./handles.js";

/**
 * @param {CanvasRenderingContext2D} context its origin is the picture's
 * @param {EditorState} state
 * @param {RegionLayer} layer
 * @param {LayerPlace} place
 */
export function paint(context, state, layer, place) {
  const { width, height, scale } = place;
  layer.update(state, place);
  if (state.backdrop) context.drawImage(state.backdrop.image, 0, 0, width, height);
  context.drawImage(layer.bitmap, place.left, place.top);
  for (const region of state.selected) paintSelection(context, region, state, width, height, scale);
}
