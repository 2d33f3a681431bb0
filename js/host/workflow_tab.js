/** Where a node is: in which tab, and where in its graph. Two tabs of one template have the same graphs and nodes. */

import { app } from "../../../scripts/app.js";

/** @returns {object | null} the workflow in front; one object for each tab, as long as it is open */
export function activeTab() {
  return app.extensionManager?.workflow?.activeWorkflow ?? null;
}

/**
 * @param {object} node in the graph that is open
 * @returns {string | null} the same for the node that follows it after an undo or a change of tabs; null outside of a
 *   graph
 */
export function placeOf(node) {
  const root = app.rootGraph ?? app.graph;
  const id = executionId(root, node);
  return id && placeName(root.id, id);
}

/**
 * @param {string} graphId
 * @param {string} id of the node, as the server calls it
 */
export function placeName(graphId, id) {
  return `${graphId} ${id}`;
}

/** "5", or "12:5" in the subgraph of node 12; null where it is in no graph. */
function executionId(graph, node) {
  if (node.graph === graph) return String(node.id);
  for (const holder of graph?.nodes ?? []) {
    const inner = holder.subgraph && executionId(holder.subgraph, node);
    if (inner) return `${holder.id}:${inner}`;
  }
  return null;
}
