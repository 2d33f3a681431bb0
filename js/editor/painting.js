/**
 * What is seen in the drawing area, from bottom to top: the backdrop, the regions or their tokens, badges, selection.
 *
 * @import { EditorState } from "./editor_state.js"
 */

import { paintBadge } from "./badge.js";
import { paintSelection } from "./handles.js";
import { regionBitmap } from "./region_bitmap.js";
import { paintTokens } from "./token_view.js";

const TINT = 0.5;
const TINT_OVER_BACKDROP = 0.3; // what lies under it is to be seen
const HIDDEN_TINT = 0.12;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {EditorState} state
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paint(context, state, width, height, scale) {
  context.clearRect(0, 0, width, height);
  if (state.backdrop) context.drawImage(state.backdrop.image, 0, 0, width, height);
  const regions = state.document.regions;
  if (state.showTokens) paintTokens(context, state, width, height);
  else {
    const tint = state.backdrop ? TINT_OVER_BACKDROP : TINT;
    for (const region of regions) {
      context.globalAlpha = region.visible ? tint : HIDDEN_TINT;
      context.drawImage(regionBitmap(region, width, height), 0, 0);
    }
    context.globalAlpha = 1;
  }
  regions.forEach((region, index) => paintBadge(context, region, index, state, width, height, scale));
  for (const region of state.selected) paintSelection(context, region, state, width, height, scale);
}
