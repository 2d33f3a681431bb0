/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { resizeRegion } from "../../core/actions.js";
import { regionBounds } from "../../core/region_area.js";
import { dragBox, handleAt } from "../handles.js";

/**
 * Drag a handle of the selected region.
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
  const result = (pointer) => resizeRegion(before, region.id, from, dragBox(from, handle, start, pointer));
  return {
    move: (pointer) => state.setDraft(result(pointer)),
    release: (pointer) => state.commit(result(pointer), "Resize region"),
    cancel: () => state.setDraft(null),
  };
}
