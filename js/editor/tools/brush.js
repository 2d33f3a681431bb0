/** @import { Tool } from "./index.js" */

import { drawStroke } from "./draw_stroke.js";

/** @type {Tool} */
export const brush = {
  name: "brush",
  label: "Brush: paints the selected region, or a new one",
  key: "b",
  icon: "M14 2L7 9M6 9c-3 0-2 3-4 4c3 1 6 0 6-2z",
  press: (state, pointer) => drawStroke(state, pointer, pointer.alt, "Brush"),
  cursor: () => "crosshair",
  usesBrush: true,
};
