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
 * @returns {string} black or white, whichever has the greater contrast to it: never less than 4.5 : 1
 */
export function textColorOn(color) {
  // White is as far from luminance L as black for (L + 0.05)^2 = 1.05 * 0.05.
  return (luminance(color) + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
}

/**
 * @param {string} color
 * @returns {number} its relative luminance, 0..1 (WCAG 2)
 */
function luminance(color) {
  const [red, green, blue] = rgb(color).map((value) =>
    value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
