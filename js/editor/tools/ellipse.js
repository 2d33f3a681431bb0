/** @import { Tool } from "./index.js" */

import { drawBox } from "./draw_box.js";
import { grabCursor } from "./grab.js";

/** @type {Tool} */
export const ellipse = {
  name: "ellipse",
  label: "Ellipse",
  key: "e",
  icon: "M2 8a6 4.5 0 1 0 12 0a6 4.5 0 1 0-12 0z",
  press: (state, pointer) => drawBox(state, pointer, "ellipse"),
  cursor: grabCursor,
};
