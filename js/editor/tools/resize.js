/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { resizeRegion } from "../../core/actions.js";
import { regionBounds } from "../../core/region_area.js";
import { dragBox, handleAt } from "../handles.js";
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
  const from = regionBounds(region, state.aspect);
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

function movedSides(box, handle) {
  const sides = (names) =>
    Object.keys(names)
      .filter((side) => handle.includes(side))
      .map((side) => names[side]);
  return { x: sides({ w: box.x0, e: box.x1 }), y: sides({ n: box.y0, s: box.y1 }) };
}
