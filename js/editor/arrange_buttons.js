/** @import { EditorState } from "./editor_state.js" */

import { alignRegions, distributeRegions } from "../core/arrange.js";
import { button, element } from "./elements.js";
import { icon } from "./icons.js";

/** Label, outline of the icon, and where the regions are brought. */
const ALIGNMENTS = /** @type {[string, string, import("../core/arrange.js").Alignment][]} */ ([
  ["Align left sides", "M2 1v14M4 4h10v3H4zM4 9h6v3H4z", { axis: "x", at: 0 }],
  ["Align middles, one below the other", "M8 1v3M8 7v2M8 12v3M3 4h10v3H3zM5 9h6v3H5z", { axis: "x", at: 0.5 }],
  ["Align right sides", "M14 1v14M2 4h10v3H2zM6 9h6v3H6z", { axis: "x", at: 1 }],
  ["Align top sides", "M1 2h14M4 4h3v10H4zM9 4h3v6H9z", { axis: "y", at: 0 }],
  ["Align middles, side by side", "M1 8h3M7 8h2M12 8h3M4 3h3v10H4zM9 5h3v6H9z", { axis: "y", at: 0.5 }],
  ["Align bottom sides", "M1 14h14M4 2h3v10H4zM9 6h3v6H9z", { axis: "y", at: 1 }],
]);

const DISTRIBUTIONS = /** @type {[string, string, "x" | "y"][]} */ ([
  ["Spread evenly from left to right", "M1 2v12M15 2v12M5 5h2v6H5zM9 5h2v6H9z", "x"],
  ["Spread evenly from top to bottom", "M2 1h12M2 15h12M5 5h6v2H5zM5 9h6v2H5z", "y"],
]);

/**
 * Align and spread the selected regions; seen while there are several.
 *
 * @param {EditorState} state
 */
export function arrangeButtons(state) {
  const align = ALIGNMENTS.map(([label, outline, alignment]) =>
    button(icon(outline), label, () =>
      state.commit(alignRegions(state.document, state.selection, alignment, state.aspect), label),
    ),
  );
  const distribute = DISTRIBUTIONS.map(([label, outline, axis]) =>
    button(icon(outline), label, () =>
      state.commit(distributeRegions(state.document, state.selection, axis, state.aspect), label),
    ),
  );
  const root = element(
    "div",
    { class: "flux-regions-arrange", role: "group", "aria-label": "Arrange" },
    ...align,
    ...distribute,
  );
  const update = () => {
    root.hidden = state.selected.length < 2;
    for (const face of distribute) face.disabled = state.selected.length < 3;
  };
  return { root, update };
}
