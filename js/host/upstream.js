import { app } from "../../../scripts/app.js";

const SUBGRAPH_INPUT = -10; // the id by which links in a subgraph name its border; newer frontends write ids as text

/**
 * What feeds an input of `node`, past reroutes and through the borders of subgraphs: {node, slot} of the origin; where
 * that is a value typed into a subgraph's node, {widget}; null when nothing is connected or the graph is in pieces.
 */
export function upstream(node, inputName) {
  const slot = node.inputs?.findIndex(({ name }) => name === inputName) ?? -1;
  return slot < 0 ? null : resolveLink(node.graph, inputLink(node, slot));
}

/**
 * The widget whose value `node` gets for `name`: its own, or that of what is connected; undefined if only a run can
 * tell.
 */
export function widgetFor(node, name) {
  const source = upstream(node, name);
  if (!source) return widgetOf(node, name);
  return source.node ? (widgetFor(source.node, name) ?? widgetFor(source.node, "value")) : source.widget;
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

function resolveLink(graph, link) {
  if (!link) return null;
  if (Number(link.origin_id) === SUBGRAPH_INPUT) {
    return resolveSubgraphInput(graph, graph.inputs?.[link.origin_slot]?.name);
  }
  const node = graph.getNodeById(link.origin_id);
  if (!node) return null;
  if (node.type === "Reroute") return resolveLink(node.graph, inputLink(node, 0));
  if (!node.subgraph) return { node, slot: link.origin_slot };
  return resolveLink(node.subgraph, linkOf(node.subgraph, node.subgraph.outputs[link.origin_slot]?.linkIds[0]));
}

/** What comes into a subgraph by the input of that name, seen from the first node that shows the subgraph. */
function resolveSubgraphInput(subgraph, name) {
  const holder = holderOf(app.rootGraph ?? app.graph, subgraph);
  if (!holder) return null;
  return upstream(holder, name) ?? { widget: widgetOf(holder, name) };
}

function holderOf(graph, subgraph) {
  for (const node of graph.nodes) {
    const holder = node.subgraph === subgraph ? node : node.subgraph && holderOf(node.subgraph, subgraph);
    if (holder) return holder;
  }
  return null;
}

/** Newer frontends warn of `input.link`, and the node of a subgraph has a method of this name that means its outputs. */
function inputLink(node, slot) {
  return node.graph ? LiteGraph.LGraphNode.prototype.getInputLink.call(node, slot) : null;
}

function linkOf(graph, id) {
  return graph?.getLink?.(id) ?? null;
}

function widgetOf(node, name) {
  return node.widgets?.find((widget) => widget.name === name);
}
