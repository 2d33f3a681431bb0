/** A graph as it is queued: {execution id: {class_type, inputs}}, links as [execution id, output]. */

const CANVAS = "FluxRegions_Canvas";
const PREVIEW = "FluxRegions_Preview"; // its picture shows the regions: it is no result

/**
 * @param {Record<string, {class_type: string, inputs: Record<string, unknown>}>} graph
 * @param {string} id of a node
 * @returns {string[]} the Region Canvases that its picture was made with
 */
export function canvasesBehind(graph, id) {
  const [pending, visited, canvases] = [[id], new Set(), []];
  while (pending.length > 0) {
    const next = pending.pop();
    const node = graph[next];
    if (!node || visited.has(next) || node.class_type === PREVIEW) continue;
    visited.add(next);
    if (node.class_type === CANVAS) canvases.push(next);
    for (const value of Object.values(node.inputs ?? {})) {
      if (Array.isArray(value) && value.length === 2) pending.push(String(value[0]));
    }
  }
  return canvases;
}
