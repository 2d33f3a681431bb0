/** The canvas's sides in units of the shorter one: the measure in which a brush is round. */

/**
 * @param {number} aspect the canvas's width / height, > 0
 * @returns {{x: number, y: number}} factors from fractions of the canvas to that measure: both at least 1
 */
export function sideScales(aspect) {
  return { x: Math.max(aspect, 1), y: Math.max(1 / aspect, 1) };
}
