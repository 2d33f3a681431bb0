/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { duplicateRegions, moveRegions } from "../../core/actions.js";
import { boxUnion } from "../../core/geometry.js";
import { regionBounds, regionsAt } from "../../core/region_area.js";
import { linesOf } from "../../core/snapping.js";
import { isDrag } from "./drawing.js";
import { Snapping } from "./snapping.js";

/**
 * @param {EditorState} state
 * @param {Pointer} pointer
 * @returns {boolean} whether a selected region that can be moved lies under the pointer
 */
export function isOnSelection(state, pointer) {
  const under = regionsAt({ regions: state.selected }, pointer.x, pointer.y, state.aspect);
  return under.length > 0;
}

/**
 * Move all that is selected; with Shift along one axis only, with Alt at the press copies of it. It snaps, unless Alt is
 * held later on.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @param {(pointer: Pointer) => void} [click] what a press without a drag does
 * @returns {Gesture}
 */
export function moveSelection(state, start, click = () => {}) {
  const movable = state.selected.filter((region) => !region.locked).map((region) => region.id);
  const { doc: before, ids } = start.alt
    ? duplicateRegions(state.document, movable, 0)
    : { doc: state.document, ids: movable };
  const snapping = new Snapping(state, start, ids);
  const boxes = before.regions.filter(({ id }) => ids.includes(id)).map((region) => regionBounds(region, state.aspect));
  const lines = boxes.some(Boolean) ? linesOf(boxes.filter(Boolean).reduce(boxUnion)) : { x: [], y: [] };
  const result = (pointer) => {
    let [dx, dy] = [pointer.x - start.x, pointer.y - start.y];
    const isStraight = pointer.shift && !start.shift;
    const isLevel = isStraight && Math.abs(dx) > Math.abs(dy);
    if (isStraight) [dx, dy] = isLevel ? [dx, 0] : [0, dy];
    const snapped = snapping.move(pointer, {
      x: isStraight && !isLevel ? [] : lines.x.map((x) => x + dx),
      y: isLevel ? [] : lines.y.map((y) => y + dy),
    });
    return moveRegions(before, ids, dx + snapped.dx, dy + snapped.dy);
  };
  let hasMoved = false;
  return {
    move: (pointer) => {
      hasMoved ||= isDrag(start, pointer);
      if (hasMoved) state.setDraft(result(pointer));
    },
    release: (pointer) => {
      if (!hasMoved) {
        state.setDraft(null);
        click(pointer);
        return;
      }
      if (start.alt) state.commit(result(pointer), "Duplicate region", "", ids);
      else state.commit(result(pointer), "Move region");
    },
    cancel: () => state.setDraft(null),
    paint: (...place) => hasMoved && snapping.paint(...place),
  };
}

/**
 * Select by a click: the topmost region under the pointer; where the selected one lies there, the next one below it,
 * and after the last the topmost again. The second click of a double-click, which types the prompt, selects nothing.
 *
 * @param {EditorState} state
 * @param {Pointer} pointer
 */
export function selectByClick(state, pointer) {
  const ids = regionsAt(state.document, pointer.x, pointer.y, state.aspect).map((region) => region.id);
  const current = state.selection.length === 1 ? ids.indexOf(state.selection[0]) : -1;
  if (current >= 0 && pointer.clicks > 1) return;
  state.select(ids.length > 0 ? [ids[(current + 1) % ids.length]] : []);
}
