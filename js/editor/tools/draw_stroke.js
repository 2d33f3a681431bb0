/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { simplifyLine } from "../../core/geometry.js";
import { LINE_TOLERANCE, addDrawnShape, commitDrawing } from "./drawing.js";

/**
 * Draw a stroke of the brush in the selected region, whatever the mode, or in a new one.
 *
 * @param {EditorState} state
 * @param {Pointer} start
 * @param {boolean} subtract
 * @param {string} label of the step in the history
 * @returns {Gesture}
 */
export function drawStroke(state, start, subtract, label) {
  const before = state.document;
  const points = [[start.x, start.y, start.pressure]];
  const result = (line) => {
    const shape = { kind: "stroke", points: line, width: state.brush };
    return addDrawnShape(state, before, shape, { subtract, extendsSelection: true });
  };
  state.setDraft(result(points).doc);
  return {
    move: (pointer) => {
      points.push([pointer.x, pointer.y, pointer.pressure]);
      state.setDraft(result([...points]).doc);
    },
    release: () => commitDrawing(state, result(simplifyLine(points, LINE_TOLERANCE, state.aspect)), label),
    cancel: () => state.setDraft(null),
  };
}
