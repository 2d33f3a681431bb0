/** Soft edges: the same Gaussian, on the same grid, as feathered() in regions/coverage.py. */

/**
 * @param {Float32Array} coverage [rows * cols], in 0..1
 * @param {number} rows
 * @param {number} cols
 * @param {number} width over which an edge fades, in tokens; 0 leaves everything as it is
 * @returns {Float32Array} [rows * cols]. The canvas's border is no edge: a region that touches it stays whole there.
 */
export function feathered(coverage, rows, cols, width) {
  const sigma = width / 4;
  if (sigma <= 0) return coverage;
  const vertical = blurred(coverage, sigma, { size: rows, step: cols, lines: cols, lineStep: 1 });
  const both = blurred(vertical, sigma, { size: cols, step: 1, lines: rows, lineStep: cols });
  return both.map((value) => Math.min(value, 1));
}

/**
 * Blurs each of the lines of size values; step leads from one value of a line to the next, lineStep to the next line.
 */
function blurred(values, sigma, { size, step, lines, lineStep }) {
  const radius = Math.min(Math.ceil(3 * sigma), 4 * size);
  const weights = blurWeights(size, sigma, radius);
  const sums = new Float64Array(values.length);
  for (let line = 0; line < lines; line += 1) {
    for (let from = 0; from < size; from += 1) {
      const value = values[line * lineStep + from * step];
      if (value === 0) continue;
      const last = Math.min(from + radius, size - 1);
      for (let to = Math.max(from - radius, 0); to <= last; to += 1) {
        sums[line * lineStep + to * step] += value * weights[from * size + to];
      }
    }
  }
  return new Float32Array(sums);
}

/**
 * [size * size]: at from * size + to, the part of token to that comes from token from; all parts of a token sum to 1.
 */
function blurWeights(size, sigma, radius) {
  const kernel = new Float64Array(2 * radius + 1).map((_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight);
  const weights = new Float64Array(size * size);
  for (let to = 0; to < size; to += 1) {
    for (let offset = -radius; offset <= radius; offset += 1) {
      // What lies past the border counts as the border's token.
      const from = Math.min(Math.max(to + offset, 0), size - 1);
      weights[from * size + to] += kernel[offset + radius] / total;
    }
  }
  return weights;
}
