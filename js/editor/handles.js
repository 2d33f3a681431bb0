/**
 * The box around a selected region and its eight handles: how they look, which one the pointer is on, and what dragging
 * one makes of the box.
 *
 * @import { Region } from "../core/document.js"
 * @import { Box } from "../core/geometry.js"
 * @import { EditorState } from "./editor_state.js"
 * @import { Pointer } from "./tools/index.js"
 */

import { regionBounds } from "../core/region_area.js";

const SIDE = 9; // CSS px of a handle
const GRAB = 8; // CSS px around a handle's middle in which the pointer is on it
const DASH = 4; // CSS px

/** Each handle's place in fractions of the box, and the pointer's shape on it. */
const HANDLES = Object.freeze({
  nw: { right: 0, down: 0, cursor: "nwse-resize" },
  n: { right: 0.5, down: 0, cursor: "ns-resize" },
  ne: { right: 1, down: 0, cursor: "nesw-resize" },
  e: { right: 1, down: 0.5, cursor: "ew-resize" },
  se: { right: 1, down: 1, cursor: "nwse-resize" },
  s: { right: 0.5, down: 1, cursor: "ns-resize" },
  sw: { right: 0, down: 1, cursor: "nesw-resize" },
  w: { right: 0, down: 0.5, cursor: "ew-resize" },
});

/** @typedef {keyof typeof HANDLES} Handle */

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {Handle | null} the handle of the single selected region under the pointer
 */
export function handleAt(state, pointer) {
  const [region] = state.selected;
  if (!region || state.selection.length !== 1 || region.locked) return null;
  const box = regionBounds(region, state.aspect);
  if (!box) return null;
  const isNear = ({ right, down }) =>
    Math.abs(pointer.x - box.x0 - right * (box.x1 - box.x0)) <= GRAB * pointer.cssPixel[0] &&
    Math.abs(pointer.y - box.y0 - down * (box.y1 - box.y0)) <= GRAB * pointer.cssPixel[1];
  const names = /** @type {Handle[]} */ (Object.keys(HANDLES));
  return names.find((name) => isNear(HANDLES[name])) ?? null;
}

/**
 * @param {Handle} handle
 * @returns {string} the CSS cursor over it
 */
export function handleCursor(handle) {
  return HANDLES[handle].cursor;
}

/**
 * @param {Box} from
 * @param {Handle} handle
 * @param {Pointer} start
 * @param {Pointer} pointer with Shift a corner keeps the proportions
 * @returns {Box} the box that a handle dragged from start to the pointer leaves, never thinner than a pixel
 */
export function dragBox(from, handle, start, pointer) {
  const box = { ...from };
  const [dx, dy] = [pointer.x - start.x, pointer.y - start.y];
  const [minWidth, minHeight] = pointer.cssPixel;
  if (handle.includes("w")) box.x0 = Math.min(from.x0 + dx, from.x1 - minWidth);
  if (handle.includes("e")) box.x1 = Math.max(from.x1 + dx, from.x0 + minWidth);
  if (handle.includes("n")) box.y0 = Math.min(from.y0 + dy, from.y1 - minHeight);
  if (handle.includes("s")) box.y1 = Math.max(from.y1 + dy, from.y0 + minHeight);
  if (pointer.shift && handle.length === 2) {
    const factor = Math.max((box.x1 - box.x0) / (from.x1 - from.x0), (box.y1 - box.y0) / (from.y1 - from.y0));
    const [width, height] = [(from.x1 - from.x0) * factor, (from.y1 - from.y0) * factor];
    if (handle.includes("w")) box.x0 = box.x1 - width;
    else box.x1 = box.x0 + width;
    if (handle.includes("n")) box.y0 = box.y1 - height;
    else box.y1 = box.y0 + height;
  }
  return box;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Region} region a selected one
 * @param {EditorState} state
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paintSelection(context, region, state, width, height, scale) {
  const box = regionBounds(region, state.aspect);
  if (!box) return;
  const [x, y] = [box.x0 * width, box.y0 * height];
  const [boxWidth, boxHeight] = [(box.x1 - box.x0) * width, (box.y1 - box.y0) * height];
  context.lineWidth = 1.5 * scale;
  context.setLineDash([DASH * scale, DASH * scale]);
  for (const [color, offset] of /** @type {[string, number][]} */ ([
    ["#000000", 0],
    ["#ffffff", DASH * scale],
  ])) {
    context.strokeStyle = color;
    context.lineDashOffset = offset;
    context.strokeRect(x, y, boxWidth, boxHeight);
  }
  context.setLineDash([]);
  if (region.locked || state.selection.length !== 1) return;
  const side = SIDE * scale;
  context.fillStyle = "#ffffff";
  context.strokeStyle = "#000000";
  context.lineWidth = scale;
  for (const { right, down } of Object.values(HANDLES)) {
    const [left, top] = [x + right * boxWidth - side / 2, y + down * boxHeight - side / 2];
    context.fillRect(left, top, side, side);
    context.strokeRect(left, top, side, side);
  }
}
