/**
 * Where the panel of regions and fields lies: below the drawing, or beside it. In CSS px; the sizes of both arrangements
 * are in editor.css.
 */

const TOOLBAR_HEIGHT = 60; // of two rows
const MIN_PANEL_WIDTH = 290;
const PANEL_WIDTH = 0.2; // of the editor, where that is more
const MIN_PANEL_HEIGHT = 290;
const PANEL_HEIGHT = 0.4; // of the editor, where that is less

/**
 * @param {{width: number, height: number}} editor
 * @param {number} aspect of the picture
 * @returns {boolean} whether the picture is larger with the panel beside it
 */
export function isPanelBeside({ width, height }, aspect) {
  const room = height - TOOLBAR_HEIGHT;
  const beside = Math.min(width - Math.max(MIN_PANEL_WIDTH, PANEL_WIDTH * width), room * aspect);
  const above = Math.min(width, (room - Math.min(MIN_PANEL_HEIGHT, PANEL_HEIGHT * height)) * aspect);
  return beside > above;
}
