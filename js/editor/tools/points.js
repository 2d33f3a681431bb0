/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./index.js"
 */

import { replaceShape } from "../../core/actions.js";
import { eachPath, edgeAt, pointAt, withNewPoint, withPointAt, withoutPoint } from "../../core/path_points.js";
import { kindOf } from "../../core/shape.js";
import { select } from "./select.js";
import { Snapping } from "./snapping.js";

const GRAB = 8; // CSS px
const RADIUS = 4; // CSS px

/** @type {Tool} */
export const points = {
  name: "points",
  label: "Points of polygons and strokes: drag one, press an edge for a new one, Alt-click takes one away",
  key: "n",
  icon: "M4 13L13 4M2.5 11.5h3v3h-3zM11.5 1.5h3v3h-3zM7 7h2v2H7z",
  hidesHandles: ({ shapes }) => shapes.some((shape) => kindOf(shape).path),
  press: (state, pointer) => editPoint(state, pointer) ?? select.press(state, pointer),
  cursor: (state, pointer) => {
    const region = editedRegion(state);
    if (region && pointAt(region, pointer, reachOf(pointer))) return "pointer";
    if (region && edgeAt(region, pointer, reachOf(pointer))) return "copy";
    return select.cursor(state, pointer);
  },
  paint: (state, context, width, height, scale) => {
    const region = editedRegion(state);
    if (!region) return;
    context.fillStyle = "#ffffff";
    context.strokeStyle = "#000000";
    context.lineWidth = scale;
    eachPath(region, (shape) => {
      for (const [x, y] of shape.points) {
        context.beginPath();
        context.arc(x * width, y * height, RADIUS * scale, 0, 7); // 7 > 2 pi: once around
        context.fill();
        context.stroke();
      }
    });
  },
};

/**
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where there is no point and no edge
 */
function editPoint(state, start) {
  const region = editedRegion(state);
  if (!region) return null;
  const before = state.document;
  const point = pointAt(region, start, reachOf(start));
  if (point && start.alt) {
    const fewer = withoutPoint(region.shapes[point.shapeIndex], point.pointIndex);
    state.commit(replaceShape(before, region.id, point.shapeIndex, fewer), "Remove point");
    return waiting;
  }
  const edge = point || start.alt ? null : edgeAt(region, start, reachOf(start));
  if (!point && !edge) return null;
  const { shapeIndex } = point ?? edge;
  const first = region.shapes[shapeIndex];
  const shape = point ? first : withNewPoint(first, edge.pointIndex, edge.x, edge.y);
  const index = point ? point.pointIndex : edge.pointIndex + 1;
  const snapping = new Snapping(state, start, [region.id]);
  const [x, y] = shape.points[index];
  const result = (pointer) => {
    // The point keeps its distance from the pointer, so that a click moves nothing.
    const moved = { ...pointer, x: x + pointer.x - start.x, y: y + pointer.y - start.y };
    const end = pointer.x === start.x && pointer.y === start.y ? moved : snapping.point(moved);
    return replaceShape(before, region.id, shapeIndex, withPointAt(shape, index, end.x, end.y));
  };
  let hasMoved = false;
  return {
    move: (pointer) => {
      hasMoved = true;
      state.setDraft(result(pointer));
    },
    release: (pointer) => {
      if (hasMoved || edge) state.commit(result(pointer), edge ? "Add point" : "Move point");
      else state.setDraft(null);
    },
    cancel: () => state.setDraft(null),
    paint: (...place) => snapping.paint(...place),
  };
}

/** A press that did all there was to do: until it ends, nothing else begins. */
const waiting = { move: () => {}, release: () => {}, cancel: () => {} };

function editedRegion(state) {
  const [region] = state.selected;
  return state.selection.length === 1 && region && !region.locked ? region : null;
}

function reachOf(pointer) {
  return /** @type {[number, number]} */ ([GRAB * pointer.cssPixel[0], GRAB * pointer.cssPixel[1]]);
}
