/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer } from "./index.js"
 */

import { regionBounds } from "../../core/region_area.js";
import { isDrag } from "./drawing.js";

const DASH = 4; // CSS px

/**
 * Drag a box to select all regions that it touches; with Shift they join those that are selected.
 *
 * @param {EditorState} state
 * @param {Pointer} start where no region lies
 * @returns {Gesture}
 */
export function selectByBox(state, start) {
  const earlier = start.shift ? state.selection : [];
  let end = start;
  return {
    move: (pointer) => {
      end = pointer;
    },
    release: (pointer) => {
      if (!isDrag(start, pointer)) return;
      const ids = idsIn(state, boxOf(start, pointer));
      state.select([...earlier, ...ids.filter((id) => !earlier.includes(id))]);
    },
    cancel: () => {},
    paint: (context, width, height, scale) => {
      const { x0, y0, x1, y1 } = boxOf(start, end);
      context.lineWidth = scale;
      for (const [color, dash] of /** @type {[string, number[]][]} */ ([
        ["#000000", []],
        ["#ffffff", [DASH * scale, DASH * scale]],
      ])) {
        context.setLineDash(dash);
        context.strokeStyle = color;
        context.strokeRect(x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height);
      }
      context.setLineDash([]);
    },
  };
}

function boxOf(start, end) {
  return {
    x0: Math.min(start.x, end.x),
    y0: Math.min(start.y, end.y),
    x1: Math.max(start.x, end.x),
    y1: Math.max(start.y, end.y),
  };
}

function idsIn(state, box) {
  const isTouched = (bounds) =>
    bounds !== null && bounds.x0 < box.x1 && box.x0 < bounds.x1 && bounds.y0 < box.y1 && box.y0 < bounds.y1;
  return state.document.regions
    .filter((region) => region.visible && !region.locked && isTouched(regionBounds(region, state.aspect)))
    .map((region) => region.id);
}
