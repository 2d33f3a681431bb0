/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { rotateRegions } from "../../core/actions.js";
import { regionMiddle } from "../../core/region_area.js";
import { directionOf } from "../../core/rotation.js";
import { frameOf, isOnTurnHandle } from "../handles.js";

const STEP = 15; // degrees, with Shift

/**
 * Turn the selected region by its round handle; with Shift to whole steps.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where the handle does not lie under the pointer
 */
export function rotateByHandle(state, start) {
  if (!isOnTurnHandle(state, start)) return null;
  const before = state.document;
  const [region] = state.selected;
  const { aspect } = state;
  const pivot = regionMiddle(region, aspect);
  const { degrees: first } = frameOf(region, aspect);
  const from = directionOf(pivot, start, aspect);
  const result = (pointer) => {
    const free = directionOf(pivot, pointer, aspect) - from;
    const degrees = pointer.shift ? Math.round((first + free) / STEP) * STEP - first : free;
    return rotateRegions(before, [region.id], degrees, aspect);
  };
  return {
    move: (pointer) => state.setDraft(result(pointer)),
    release: (pointer) => state.commit(result(pointer), "Turn region"),
    cancel: () => state.setDraft(null),
  };
}
