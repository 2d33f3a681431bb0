/**
 * Where the panel of regions and fields lies: below the drawing, or beside it, and how large both are. In CSS px.
 *
 * @typedef {object} Arrangement
 * @property {boolean} isBeside whether the panel lies beside the drawing
 * @property {number} panelWidth width of the panel, where it lies beside the drawing
 * @property {number} leastPicture height of the drawing at least, where the panel lies below it
 * @property {number} picture height of the drawing at most: of the picture as wide as the editor
 * @property {number} leastPanel height of the panel at least
 */

const TOOLBAR_HEIGHT = 60; // of two rows
const MIN_PANEL_WIDTH = 290;
const PANEL_WIDTH = 0.2; // of the editor, where that is more
const MIN_PANEL_HEIGHT = 290;
const PANEL_HEIGHT = 0.4; // of the editor, where that is less
const MIN_PICTURE_HEIGHT = 160;
const PICTURE_HEIGHT = 0.28; // of the editor, where that is less

/**
 * The one in which the picture is larger.
 *
 * @param {{width: number, height: number}} editor
 * @param {number} aspect of the picture
 * @returns {Arrangement}
 */
export function arrangement({ width, height }, aspect) {
  const room = height - TOOLBAR_HEIGHT;
  const leastPanel = Math.min(MIN_PANEL_HEIGHT, PANEL_HEIGHT * height);
  const panelWidth = Math.max(MIN_PANEL_WIDTH, PANEL_WIDTH * width);
  const beside = Math.min(width - panelWidth, room * aspect);
  const above = Math.min(width, (room - leastPanel) * aspect);
  const leastPicture = Math.min(MIN_PICTURE_HEIGHT, PICTURE_HEIGHT * height);
  return { isBeside: beside > above, panelWidth, leastPicture, picture: width / aspect, leastPanel };
}
