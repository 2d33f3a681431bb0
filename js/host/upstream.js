/**
 * The node and output that an input of `node` is connected to, past reroutes and out of subgraphs as far as the host
 * resolves them: {node, slot} or null.
 */
export function upstream(node, inputName) {
  const index = node.inputs?.findIndex((input) => input.name === inputName) ?? -1;
  if (index < 0 || node.inputs[index].link == null) return null;
  const link = node.graph?.getLink?.(node.inputs[index].link) ?? node.graph?.links?.[node.inputs[index].link];
  const origin = link && node.graph.getNodeById(link.origin_id);
  if (!origin) return null;
  if (origin.type === "Reroute") return upstream(origin, origin.inputs[0]?.name);
  return { node: origin, slot: link.origin_slot };
}

/** The value of a node's widget, or undefined. */
export function widgetValue(node, name) {
  return node.widgets?.find((widget) => widget.name === name)?.value;
}
