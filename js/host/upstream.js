import { app } from "../../../scripts/app.js";

const SUBGRAPH_INPUT = -10; // the id by which links in a subgraph name its border; newer frontends write ids as text

/**
 * What feeds an input of `node`, past reroutes and through the borders of subgraphs: {node, slot} of the origin; where that
 * is a value typed into a subgraph's node, {widget}; null when nothing is connected or the graph is in pieces.
 */
export function upstream(node, inputName) {
  const input = node.inputs?.find((one) => one.name === inputName);
  return input?.link == null ? null : origin(node.graph, linkOf(node.graph, input.link));
}

/** The widget whose value `node` gets for `name`: its own, or that of what is connected; undefined if only a run can tell. */
export function widgetFor(node, name) {
  const from = upstream(node, name);
  if (!from) return ownWidget(node, name);
  return from.node ? (widgetFor(from.node, name) ?? widgetFor(from.node, "value")) : from.widget;
}

/** Whether a picture of `shown` was made with `source`: a way leads back from it that passes by no node of type `barrier`. */
export function isMadeWith(shown, source, barrier) {
  const [waiting, seen] = [[shown], new Set()];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node === source) return true;
    if (!node || seen.has(node) || node.type === barrier) continue;
    seen.add(node);
    waiting.push(...(node.inputs ?? []).map((input) => upstream(node, input.name)?.node));
  }
  return false;
}

/** The node that the server calls "12", or "12:5" inside the subgraph of node 12; undefined if it is gone. */
export function nodeByExecutionId(id) {
  let graph = app.rootGraph ?? app.graph;
  let node;
  for (const part of String(id).split(":")) {
    node = graph?.getNodeById(part);
    graph = node?.subgraph;
  }
  return node;
}

function origin(graph, link) {
  if (!link) return null;
  if (Number(link.origin_id) === SUBGRAPH_INPUT) return outside(graph, graph.inputs?.[link.origin_slot]?.name);
  const node = graph.getNodeById(link.origin_id);
  if (!node) return null;
  if (node.type === "Reroute") return upstream(node, node.inputs[0]?.name);
  if (!node.subgraph) return { node, slot: link.origin_slot };
  return origin(node.subgraph, linkOf(node.subgraph, node.subgraph.outputs[link.origin_slot]?.linkIds[0]));
}

/** What comes into a subgraph by the input of that name, seen from the first node that shows the subgraph. */
function outside(subgraph, name) {
  const holder = holderOf(app.rootGraph ?? app.graph, subgraph);
  if (!holder) return null;
  return upstream(holder, name) ?? { widget: ownWidget(holder, name) };
}

function holderOf(graph, subgraph) {
  for (const node of graph.nodes) {
    const found = node.subgraph === subgraph ? node : node.subgraph && holderOf(node.subgraph, subgraph);
    if (found) return found;
  }
  return null;
}

function linkOf(graph, id) {
  return graph?.getLink?.(id) ?? null;
}

function ownWidget(node, name) {
  return node.widgets?.find((widget) => widget.name === name);
}
