/**
 * @import { Region } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 */

import { regionBounds } from "../core/region_area.js";
import { textColorOn } from "./color.js";

const FONT_SIZE = 12; // all in CSS px
const HEIGHT = 18;
const PADDING = 5;
const CORNER = 4;
const HIDDEN_OPACITY = 0.45;
const EDGE = 2; // bitmap px between a badge and the canvas's border

/**
 * A region's number and, where there is room, its name: in the middle, or at the top of the region where there is a
 * picture below, whose object would be covered.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Region} region
 * @param {number} index
 * @param {EditorState} state
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paintBadge(context, region, index, state, width, height, scale) {
  const box = regionBounds(region, state.aspect);
  if (!box) return;
  const number = String(index + 1);
  context.font = `${FONT_SIZE * scale}px sans-serif`;
  const title = `${number} ${region.name}`.trim();
  // A name that does not fit would cover its neighbours.
  const room = (box.x1 - box.x0) * width - 2 * PADDING * scale;
  const text = context.measureText(title).width <= room ? title : number;
  context.textBaseline = "middle";
  const badgeWidth = context.measureText(text).width + 2 * PADDING * scale;
  const badgeHeight = HEIGHT * scale;
  const top = state.backdrop ? box.y0 * height + 3 * scale : ((box.y0 + box.y1) / 2) * height - badgeHeight / 2;
  const x = Math.max(EDGE, Math.min(((box.x0 + box.x1) / 2) * width - badgeWidth / 2, width - badgeWidth - EDGE));
  const y = Math.max(EDGE, Math.min(top, height - badgeHeight - EDGE));
  context.globalAlpha = region.visible ? 1 : HIDDEN_OPACITY;
  context.fillStyle = region.colour;
  context.beginPath();
  context.roundRect(x, y, badgeWidth, badgeHeight, CORNER * scale);
  context.fill();
  context.fillStyle = textColorOn(region.colour);
  context.fillText(text, x + PADDING * scale, y + badgeHeight / 2);
  context.globalAlpha = 1;
}
