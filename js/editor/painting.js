/**
 * What is seen in the drawing area, from bottom to top: the backdrop, the regions or their tokens with labels, the
 * selection.
 *
 * @import { EditorState } from "./editor_state.js"
 * @import { LayerPlace, RegionLayer } from "./region_layer.js"
 */

import { containedBox } from "../core/geometry.js";
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
  if (state.backdrop) paintBackdrop(context, state, width, height);
  if (state.showsBare) return;
  context.drawImage(layer.bitmap, place.left, place.top);
  for (const region of state.selected) paintSelection(context, region, state, width, height, scale);
}

function paintBackdrop(context, { backdrop: { image }, backdropOpacity, showsBare }, width, height) {
  const { x0, y0, x1, y1 } = containedBox(image.naturalWidth / image.naturalHeight, width / height);
  context.globalAlpha = showsBare ? 1 : backdropOpacity;
  context.drawImage(image, x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height);
  context.globalAlpha = 1;
}
