import { api } from "../../../scripts/api.js";
import { nodeByExecutionId, upstream } from "./upstream.js";

const FILLED = "flux_regions_filled"; // as nodes/canvas.py sends it

/**
 * Put what a run has filled the drawing with into the editor, as one step of its history.
 *
 * @returns {() => void} ends it
 */
export function followStart(node, state) {
  const onExecuted = ({ detail: { node: id, display_node: displayId, output } }) => {
    const [text] = output?.[FILLED] ?? [];
    if (!text || nodeByExecutionId(displayId ?? id) !== node || !upstream(node, "start_from")) return;
    state.fill(text);
  };
  api.addEventListener("executed", onExecuted);
  return () => api.removeEventListener("executed", onExecuted);
}
