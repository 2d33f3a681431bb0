/**
 * @param {number} width over which an edge fades, in pixels
 * @returns {number} pixels on each side of an edge in which it does
 */
export function featherMargin(width) {
  return Math.ceil((3 * width) / 4);
}

/**
 * A region's bitmap with its edge feathered as the tokens' coverage is (core/feather.js): a Gaussian of a quarter of
 * the width. The bitmap's border is no edge: what touches it is drawn on past it before it is blurred.
 *
 * @param {OffscreenCanvas} bitmap
 * @param {number} width over which the edge fades, in pixels; 0 leaves the bitmap as it is
 * @param {boolean} isCut whether what is drawn may touch the bitmap's border; else there is nothing to draw on past it
 * @returns {OffscreenCanvas}
 */
export function featherBitmap(bitmap, width, isCut) {
  const sigma = width / 4;
  if (sigma < 0.5) return bitmap;
  const feathered = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = feathered.getContext("2d");
  context.filter = `blur(${sigma}px)`;
  if (!isCut) {
    context.drawImage(bitmap, 0, 0);
    return feathered;
  }
  const margin = featherMargin(width);
  const padded = new OffscreenCanvas(bitmap.width + 2 * margin, bitmap.height + 2 * margin);
  const paddedContext = padded.getContext("2d");
  for (const [x, across, left, right] of spans(bitmap.width, margin)) {
    for (const [y, down, top, bottom] of spans(bitmap.height, margin)) {
      paddedContext.drawImage(bitmap, x, y, across, down, left, top, right, bottom);
    }
  }
  context.drawImage(padded, -margin, -margin);
  return feathered;
}

/** The first pixel over the margin before, the whole, the last over the margin after: [from, length, to, length to]. */
function spans(size, margin) {
  return [
    [0, 1, 0, margin],
    [0, size, margin, size],
    [size - 1, 1, margin + size, margin],
  ];
}
