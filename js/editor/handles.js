/**
 * The box around a selected region, its eight handles and the one that turns it: how they look, which one the pointer is
 * on, and what dragging one makes of the box.
 *
 * @import { Region } from "../core/document.js"
 * @import { Box } from "../core/geometry.js"
 * @import { EditorState } from "./editor_state.js"
 * @import { Pointer } from "./tools/index.js"
 *
 * @typedef {{box: Box, degrees: number}} Frame the box, turned around its middle
 */

import { regionBounds } from "../core/region_area.js";
import { turnAround } from "../core/rotation.js";

const SIDE = 9; // CSS px of a handle
const GRAB = 8; // CSS px around a handle's middle in which the pointer is on it
const DASH = 4; // CSS px
const STALK = 24; // CSS px between the box and the handle that turns it

/** Each handle's place in fractions of the box, and the direction to it in degrees clockwise from the top. */
const HANDLES = Object.freeze({
  nw: { right: 0, down: 0, direction: 315 },
  n: { right: 0.5, down: 0, direction: 0 },
  ne: { right: 1, down: 0, direction: 45 },
  e: { right: 1, down: 0.5, direction: 90 },
  se: { right: 1, down: 1, direction: 135 },
  s: { right: 0.5, down: 1, direction: 180 },
  sw: { right: 0, down: 1, direction: 225 },
  w: { right: 0, down: 0.5, direction: 270 },
});

/** By eighths of a turn; half a turn is the same cursor. */
const CURSORS = ["ns-resize", "nesw-resize", "ew-resize", "nwse-resize"];

/** @typedef {keyof typeof HANDLES} Handle */

/**
 * @param {Region} region
 * @param {number} aspect
 * @returns {Frame | null} upright, but for a region of one turned shape; null without an area
 */
export function frameOf(region, aspect) {
  const [shape] = region.shapes;
  if (region.shapes.length === 1 && shape.rotation) {
    const { x, y, width, height, rotation } = shape;
    return { box: { x0: x, y0: y, x1: x + width, y1: y + height }, degrees: rotation };
  }
  const box = regionBounds(region, aspect);
  return box && { box, degrees: 0 };
}

/**
 * @param {Frame} frame
 * @param {number} aspect
 * @param {Pointer} pointer
 * @returns {Pointer} where it would be if the frame were turned upright
 */
export function inFrame({ box, degrees }, aspect, pointer) {
  if (degrees === 0) return pointer;
  const [x, y] = turnAround(middleOf(box), -degrees, aspect)(pointer.x, pointer.y);
  return { ...pointer, x, y };
}

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {Handle | null} the handle of the single selected region under the pointer
 */
export function handleAt(state, pointer) {
  const frame = grippedFrame(state);
  if (!frame) return null;
  const { box } = frame;
  const { x, y } = inFrame(frame, state.aspect, pointer);
  const names = /** @type {Handle[]} */ (Object.keys(HANDLES));
  const place = ({ right, down }) => [box.x0 + right * (box.x1 - box.x0), box.y0 + down * (box.y1 - box.y0)];
  return names.find((name) => isNear(pointer, [x, y], place(HANDLES[name]))) ?? null;
}

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {boolean} whether it is on the handle that turns the single selected region
 */
export function isOnTurnHandle(state, pointer) {
  const frame = grippedFrame(state);
  if (!frame) return false;
  const { x, y } = inFrame(frame, state.aspect, pointer);
  return isNear(pointer, [x, y], turnHandlePlace(frame, state.aspect, STALK * pointer.cssPixel[1]));
}

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {string | null} the CSS cursor where there is a handle
 */
export function handleCursorAt(state, pointer) {
  if (isOnTurnHandle(state, pointer)) return "grab";
  const handle = handleAt(state, pointer);
  if (!handle) return null;
  const direction = HANDLES[handle].direction + grippedFrame(state).degrees + 360;
  return CURSORS[Math.round(direction / 45) % CURSORS.length];
}

/** @returns {Frame | null} of the single selected region, where it can be changed */
function grippedFrame(state) {
  const [region] = state.selected;
  return region && hasHandles(region, state) ? frameOf(region, state.aspect) : null;
}

function hasHandles(region, { selection, tool }) {
  return selection.length === 1 && !region.locked && !tool.hidesHandles?.(region);
}

function isNear(pointer, [x, y], place) {
  return Math.abs(x - place[0]) <= GRAB * pointer.cssPixel[0] && Math.abs(y - place[1]) <= GRAB * pointer.cssPixel[1];
}

/** In the upright frame: above the box; where that is off the canvas, below it, or else inside of it. */
function turnHandlePlace({ box, degrees }, aspect, stalk) {
  const middle = middleOf(box);
  const turn = turnAround(middle, degrees, aspect);
  const places = [box.y0 - stalk, box.y1 + stalk, box.y0 + stalk];
  const isOnCanvas = (y) => turn(middle.x, y).every((place) => place >= 0 && place <= 1);
  return [middle.x, places.find(isOnCanvas) ?? places[2]];
}

function middleOf({ x0, y0, x1, y1 }) {
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
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
  const frame = frameOf(region, state.aspect);
  if (!frame) return;
  const { box, degrees } = frame;
  const [x, y] = [box.x0 * width, box.y0 * height];
  const [boxWidth, boxHeight] = [(box.x1 - box.x0) * width, (box.y1 - box.y0) * height];
  context.save();
  context.translate(x + boxWidth / 2, y + boxHeight / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.translate(-x - boxWidth / 2, -y - boxHeight / 2);
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
  if (hasHandles(region, state)) {
    paintHandles(context, { x, y, width: boxWidth, height: boxHeight }, scale);
    paintTurnHandle(context, frame, state, width, height, scale);
  }
  context.restore();
}

function paintHandles(context, box, scale) {
  const side = SIDE * scale;
  context.fillStyle = "#ffffff";
  context.strokeStyle = "#000000";
  context.lineWidth = scale;
  for (const { right, down } of Object.values(HANDLES)) {
    const [left, top] = [box.x + right * box.width - side / 2, box.y + down * box.height - side / 2];
    context.fillRect(left, top, side, side);
    context.strokeRect(left, top, side, side);
  }
}

function paintTurnHandle(context, frame, state, width, height, scale) {
  const [x, y] = turnHandlePlace(frame, state.aspect, (STALK * scale) / height);
  context.beginPath();
  context.arc(x * width, y * height, (SIDE / 2) * scale, 0, 7); // 7 > 2 pi: once around
  context.fill();
  context.stroke();
}
