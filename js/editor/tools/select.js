/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./index.js"
 */

import { moveRegions, resizeRegion } from "../../core/actions.js";
import { hitTest, regionBounds } from "../../core/region_area.js";
import { dragBox, handleAt, handleCursor } from "../handles.js";
import { isDrag } from "./drawing.js";

/** @type {Tool} */
export const select = {
  name: "select",
  label: "Select, move and resize",
  key: "v",
  icon: "M3 2l9 6-4 1 2 4-2 1-2-4-3 3z",
  press: (state, pointer) => resizeByHandle(state, pointer) ?? moveRegion(state, pointer),
  cursor: (state, pointer) => {
    const handle = handleAt(state, pointer);
    return handle ? handleCursor(handle) : "default";
  },
};

/**
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where no handle lies under the pointer
 */
function resizeByHandle(state, start) {
  const handle = handleAt(state, start);
  if (!handle) return null;
  const before = state.document;
  const [region] = state.selected;
  const from = regionBounds(region, state.aspect);
  const result = (pointer) => resizeRegion(before, region.id, from, dragBox(from, handle, start, pointer));
  return {
    move: (pointer) => state.setDraft(result(pointer)),
    release: (pointer) => state.commit(result(pointer), "Resize region"),
    cancel: () => state.setDraft(null),
  };
}

/**
 * Select the region under the pointer, and move all that is selected. With Shift at the press the region joins the
 * others or leaves them; with Shift during the drag they move along one axis only.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where no region lies under the pointer
 */
function moveRegion(state, start) {
  const hit = hitTest(state.document, start.x, start.y, state.aspect);
  if (!hit) {
    state.select([]);
    return null;
  }
  const isSelected = state.selection.includes(hit.id);
  if (start.shift) {
    state.select(isSelected ? state.selection.filter((id) => id !== hit.id) : [...state.selection, hit.id]);
  } else if (!isSelected) state.select([hit.id]);
  const before = state.document;
  const ids = state.selected.filter((region) => !region.locked).map((region) => region.id);
  const result = (pointer) => {
    const [dx, dy] = [pointer.x - start.x, pointer.y - start.y];
    const isStraight = pointer.shift && !start.shift;
    if (!isStraight) return moveRegions(before, ids, dx, dy);
    return Math.abs(dx) > Math.abs(dy) ? moveRegions(before, ids, dx, 0) : moveRegions(before, ids, 0, dy);
  };
  let hasMoved = false;
  return {
    move: (pointer) => {
      hasMoved ||= isDrag(start, pointer);
      if (hasMoved) state.setDraft(result(pointer));
    },
    release: (pointer) => (hasMoved ? state.commit(result(pointer), "Move region") : state.setDraft(null)),
    cancel: () => state.setDraft(null),
  };
}
