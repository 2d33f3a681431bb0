/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { addDrawnShape, commitDrawing, isDrag } from "./drawing.js";
import { grabSelection } from "./grab.js";
import { selectByClick } from "./move.js";
import { Snapping } from "./snapping.js";

/**
 * Draw a shape from one corner of its box to the other, unless the selected region is under the pointer, which then is
 * moved. Shift: the box is square on the screen. Alt at the press: taken away; later: nothing snaps. A click selects.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @param {string} kind of a shape that is drawn into a box {x, y, width, height}
 * @returns {Gesture}
 */
export function drawBox(state, start, kind) {
  const grab = grabSelection(state, start);
  if (grab) return grab;
  const before = state.document;
  const snapping = new Snapping(state, start, []);
  const corner = snapping.point(start);
  const result = (pointer) => {
    const end = pointer.shift ? pointer : snapping.point(pointer); // a square has its sides from the way of the hand
    return addDrawnShape(state, before, { kind, ...boxBetween(corner, end, state.aspect) }, { subtract: start.alt });
  };
  return {
    move: (pointer) => {
      if (isDrag(start, pointer)) state.setDraft(result(pointer).doc);
    },
    release: (pointer) => {
      if (isDrag(start, pointer)) commitDrawing(state, result(pointer), `Draw ${kind}`);
      else {
        state.setDraft(null);
        selectByClick(state, pointer);
      }
    },
    cancel: () => state.setDraft(null),
    paint: (...place) => snapping.paint(...place),
  };
}

function boxBetween(start, pointer, aspect) {
  let [width, height] = [pointer.x - start.x, pointer.y - start.y];
  if (pointer.shift) {
    // A square on the screen: one height unit is `aspect` times shorter than a width unit.
    const side = Math.max(Math.abs(width) * aspect, Math.abs(height));
    [width, height] = [(Math.sign(width) * side) / aspect, Math.sign(height) * side];
  }
  return {
    x: Math.min(start.x, start.x + width),
    y: Math.min(start.y, start.y + height),
    width: Math.abs(width),
    height: Math.abs(height),
  };
}
