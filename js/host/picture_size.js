import { widgetFor } from "./upstream.js";

/**
 * [width, height] of the picture in pixels: the connected image's, else what is connected to width and height as far as
 * it can be known before a run, else what was typed into the node.
 *
 * @param {object} node
 * @param {HTMLImageElement | null} image the connected one, loaded
 */
export function sizeOf(node, image) {
  if (image) return [image.naturalWidth, image.naturalHeight];
  return ["width", "height"].map((side) => {
    const connected = Number(widgetFor(node, side)?.value);
    return connected > 0 ? connected : Number(node.widgets.find((widget) => widget.name === side)?.value);
  });
}
