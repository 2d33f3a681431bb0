import { app } from "../../../scripts/app.js";

/** node id -> the element in which an editor of a node with that id was last seen. */
const holders = new Map();

/**
 * Keep the editor in its node. Nodes 2.0 puts a DOM widget into a node once, when it first shows a node of that id: after
 * an undo, or a step into a subgraph, another node has that id, and its editor would be nowhere.
 */
export function keepMounted(node, root) {
  if (root.isConnected) holders.set(node.id, root.parentElement);
  else if (LiteGraph.vueNodesMode && node.graph === app.canvas.graph) {
    const holder = holders.get(node.id);
    if (holder?.isConnected) holder.replaceChildren(root);
  }
}
