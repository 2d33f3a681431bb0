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
  const result = (points) => {
    const shape = { kind: "stroke", points, width: state.brush };
    return addDrawnShape(state, before, shape, { subtract, extendsSelection: true });
  };
  const points = [[start.x, start.y, start.pressure]];
  const { doc } = result(points);
  // Each move lengthens the draft's strokes in place: a new draft of all points a move would take ever longer.
  const drawn = doc.regions.filter((region) => !before.regions.includes(region));
  const strokes = drawn.map(({ shapes }) => shapes.at(-1));
  const growing = drawn.map(({ id }) => id);
  state.setDraft(doc, growing);
  return {
    move: (pointer) => {
      const point = [pointer.x, pointer.y, pointer.pressure];
      points.push(point);
      for (const stroke of strokes) stroke.points.push(point);
      state.setDraft(doc, growing);
    },
    release: () => commitDrawing(state, result(simplifyLine(points, LINE_TOLERANCE, state.aspect)), label),
    cancel: () => state.setDraft(null),
  };
}
