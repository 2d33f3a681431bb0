/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { replaceShape, resizeRegion } from "../../core/actions.js";
import { turnAround } from "../../core/rotation.js";
import { dragBox, frameOf, handleAt, inFrame } from "../handles.js";
import { Snapping } from "./snapping.js";

/**
 * Drag a handle of the selected region. The sides that move snap, unless Alt is held or the proportions are kept.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where no handle lies under the pointer
 */
export function resizeByHandle(state, start) {
  const handle = handleAt(state, start);
  if (!handle) return null;
  const before = state.document;
  const [region] = state.selected;
  const frame = frameOf(region, state.aspect);
  if (frame.degrees !== 0) return resizeTurned(state, start, region, handle, frame);
  const from = frame.box;
  const snapping = new Snapping(state, start, [region.id]);
  const result = (pointer) => {
    const box = dragBox(from, handle, start, pointer);
    const { dx, dy } = snapping.move(pointer, pointer.shift ? { x: [], y: [] } : movedSides(box, handle));
    const snapped = { ...pointer, x: pointer.x + dx, y: pointer.y + dy };
    return resizeRegion(before, region.id, from, dragBox(from, handle, start, snapped));
  };
  return {
    move: (pointer) => state.setDraft(result(pointer)),
    release: (pointer) => state.commit(result(pointer), "Resize region"),
    cancel: () => state.setDraft(null),
    paint: (...place) => snapping.paint(...place),
  };
}

/** Along its own sides; the opposite side or corner stays where it is. */
function resizeTurned(state, start, region, handle, frame) {
  const before = state.document;
  const [shape] = region.shapes;
  const { box: from, degrees } = frame;
  const pressed = inFrame(frame, state.aspect, start);
  const turn = turnAround({ x: (from.x0 + from.x1) / 2, y: (from.y0 + from.y1) / 2 }, degrees, state.aspect);
  const result = (pointer) => {
    const box = dragBox(from, handle, pressed, inFrame(frame, state.aspect, pointer));
    const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
    const [x, y] = turn((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2);
    return replaceShape(before, region.id, 0, { ...shape, x: x - width / 2, y: y - height / 2, width, height });
  };
  return {
    move: (pointer) => state.setDraft(result(pointer)),
    release: (pointer) => state.commit(result(pointer), "Resize region"),
    cancel: () => state.setDraft(null),
  };
}

function movedSides(box, handle) {
  const sides = (names) =>
    Object.keys(names)
      .filter((side) => handle.includes(side))
      .map((side) => names[side]);
  return { x: sides({ w: box.x0, e: box.x1 }), y: sides({ n: box.y0, s: box.y1 }) };
}
