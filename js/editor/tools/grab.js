/**
 * What the shape tools do with the regions that are there, so that nobody has to change the tool for it: the selected
 * one is dragged by its handles or its inside.
 *
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { handleCursorAt } from "../handles.js";
import { isOnSelection, moveSelection, selectByClick } from "./move.js";
import { resizeByHandle } from "./resize.js";
import { rotateByHandle } from "./rotate.js";

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {boolean} whether a drag draws wherever it begins: with Ctrl, and where a drawing changes the selected
 *   region
 */
function drawsEverywhere(state, pointer) {
  return pointer.control || pointer.alt || state.mode !== "new";
}

/**
 * @param {EditorState} state
 * @param {Pointer} start
 * @returns {Gesture | null} null where the tool is to draw
 */
export function grabSelection(state, start) {
  if (drawsEverywhere(state, start)) return null;
  const handle = rotateByHandle(state, start) ?? resizeByHandle(state, start);
  if (handle) return handle;
  return isOnSelection(state, start) ? moveSelection(state, start, (pointer) => selectByClick(state, pointer)) : null;
}

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {string} the CSS cursor of a shape tool there
 */
export function grabCursor(state, pointer) {
  if (drawsEverywhere(state, pointer)) return "crosshair";
  const cursor = handleCursorAt(state, pointer);
  if (cursor) return cursor;
  return isOnSelection(state, pointer) ? "move" : "crosshair";
}
