import { api } from "../../../scripts/api.js";
import { readChained } from "../core/chained_regions.js";
import { nodeByExecutionId, upstream } from "./upstream.js";

const CHAINED = "flux_regions_chained"; // as nodes/canvas.py sends it

/**
 * Show the regions that a run found connected to `regions`, as long as something is connected there.
 *
 * @returns {{refresh: () => void, end: () => void}} refresh: to be called now and then
 */
export function followChained(node, state) {
  const onExecuted = ({ detail: { node: id, display_node: displayId, output } }) => {
    if (!output || nodeByExecutionId(displayId ?? id) !== node) return;
    if (output[CHAINED]) state.setChained(readChained(output[CHAINED]));
  };
  api.addEventListener("executed", onExecuted);
  return {
    refresh: () => {
      if (state.chained.length > 0 && !upstream(node, "regions")) state.setChained([]);
    },
    end: () => api.removeEventListener("executed", onExecuted),
  };
}
