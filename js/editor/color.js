/** Arithmetic with colours written "#rrggbb". */

/**
 * @param {string} color
 * @returns {[number, number, number]} red, green and blue, 0..255
 */
export function rgb(color) {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * @param {string} color of the background
 * @returns {string} black or white, whichever reads better on it (its luma, ITU-R BT.601)
 */
export function textColorOn(color) {
  const [red, green, blue] = rgb(color);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#141414" : "#ffffff";
}
