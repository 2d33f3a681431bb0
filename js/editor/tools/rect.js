/** @import { Tool } from "./index.js" */

import { drawBox } from "./draw_box.js";
import { grabCursor } from "./grab.js";

/** @type {Tool} */
export const rect = {
  name: "rect",
  label: "Rectangle",
  key: "r",
  icon: "M2 4h12v8H2z",
  press: (state, pointer) => drawBox(state, pointer, "rect"),
  cursor: grabCursor,
};
