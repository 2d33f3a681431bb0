/**
 * A region's picture with its edge feathered as the tokens' coverage is (core/feather.js): a Gaussian of a quarter of the
 * width. The canvas's border is no edge: what touches it is drawn on past it before it is blurred.
 *
 * @param {OffscreenCanvas} picture
 * @param {number} width over which the edge fades, in pixels; 0 leaves the picture as it is
 * @returns {OffscreenCanvas}
 */
export function softened(picture, width) {
  const sigma = width / 4;
  if (sigma < 0.5) return picture;
  const margin = Math.ceil(3 * sigma);
  const wide = new OffscreenCanvas(picture.width + 2 * margin, picture.height + 2 * margin);
  const context = wide.getContext("2d");
  for (const [x, across, left, right] of spans(picture.width, margin)) {
    for (const [y, down, top, bottom] of spans(picture.height, margin)) {
      context.drawImage(picture, x, y, across, down, left, top, right, bottom);
    }
  }
  const soft = new OffscreenCanvas(picture.width, picture.height);
  const pen = soft.getContext("2d");
  pen.filter = `blur(${sigma}px)`;
  pen.drawImage(wide, -margin, -margin);
  return soft;
}

/** The first pixel over the margin before, the whole, the last over the margin after: [from, length, to, length there]. */
function spans(size, margin) {
  return [[0, 1, 0, margin], [0, size, margin, size], [size - 1, 1, margin + size, margin]]; // prettier-ignore
}
