/** @import { Tool } from "./index.js" */

import { drawStroke } from "./draw_stroke.js";

/** @type {Tool} */
export const eraser = {
  name: "eraser",
  label: "Eraser: takes away from the selected region",
  key: "x",
  icon: "M9 3l5 5-5 5H6L2 9zM5 6l5 5",
  press: (state, pointer) => drawStroke(state, pointer, true, "Erase"),
  cursor: (state) => (state.selected.length > 0 ? "crosshair" : "not-allowed"),
  usesBrush: true,
};
