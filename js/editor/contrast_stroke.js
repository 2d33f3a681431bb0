/**
 * Stroke the current path white with black borders, to be seen on any picture.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function strokeWithContrast(context, scale) {
  for (const [color, thickness] of /** @type {[string, number][]} */ ([
    ["#000000", 3],
    ["#ffffff", 1.5],
  ])) {
    context.strokeStyle = color;
    context.lineWidth = thickness * scale;
    context.stroke();
  }
}
