import { upstream, widgetValue } from "./upstream.js";

/**
 * [width, height] of the picture in pixels: the connected image's, else what is connected to width and height as far as it
 * can be known before a run, else the node's own widgets.
 */
export function sizeOf(node) {
  const image = upstream(node, "image");
  const shown = image && (image.node.imgs?.[0] ?? null);
  if (shown?.naturalWidth) return [shown.naturalWidth, shown.naturalHeight];
  return ["width", "height"].map((side) => {
    const from = upstream(node, side);
    const value = from ? (widgetValue(from.node, side) ?? widgetValue(from.node, "value")) : widgetValue(node, side);
    return Number(value ?? widgetValue(node, side));
  });
}
