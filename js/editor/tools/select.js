/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./index.js"
 */

import { hitTest } from "../../core/region_area.js";
import { handleCursorAt } from "../handles.js";
import { selectByBox } from "./marquee.js";
import { isOnSelection, moveSelection, selectByClick } from "./move.js";
import { resizeByHandle } from "./resize.js";
import { rotateByHandle } from "./rotate.js";

/** @type {Tool} */
export const select = {
  name: "select",
  label: "Select, move, resize and turn; Alt moves a copy",
  key: "v",
  icon: "M3 2l9 6-4 1 2 4-2 1-2-4-3 3z",
  press: (state, pointer) =>
    rotateByHandle(state, pointer) ?? resizeByHandle(state, pointer) ?? selectAndMove(state, pointer),
  cursor: (state, pointer) => {
    const cursor = handleCursorAt(state, pointer);
    if (cursor) return cursor;
    return hitTest(state.document, pointer.x, pointer.y, state.aspect) ? "move" : "default";
  },
};

/**
 * What is selected moves where it is dragged; anything else is selected first. With Shift at the press the region joins
 * the others or leaves them. Where no region lies, a box is dragged around some.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture}
 */
function selectAndMove(state, start) {
  if (isOnSelection(state, start) && !start.shift) {
    return moveSelection(state, start, (pointer) => selectByClick(state, pointer));
  }
  const region = hitTest(state.document, start.x, start.y, state.aspect);
  if (!region) {
    if (!start.shift) state.select([]);
    return selectByBox(state, start);
  }
  const { selection } = state;
  if (!start.shift) state.select([region.id]);
  else if (selection.includes(region.id)) state.select(selection.filter((id) => id !== region.id));
  else state.select([...selection, region.id]);
  return moveSelection(state, start);
}
