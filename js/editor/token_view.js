/** @import { EditorState } from "./editor_state.js" */

import { tokenGrid } from "../core/token_grid.js";
import { regionTokens } from "../core/tokens.js";
import { rgb } from "./color.js";

const TINT = 0.65;
const GRID_COLOR = "#808080";
const GRID_TINT = 0.35;
const TOKEN = 16; // px of the picture

/**
 * What FLUX will see: every token tinted by its part in the region that lies on top there, and the grid.
 *
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {EditorState} state
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 */
export function paintTokens(context, state, width, height) {
  const { rows, cols } = tokenGrid(state.width, state.height);
  context.imageSmoothingEnabled = false;
  context.globalAlpha = TINT;
  // The last row and column of tokens may reach past an odd picture's edge.
  const [right, bottom] = [((cols * TOKEN) / state.width) * width, ((rows * TOKEN) / state.height) * height];
  context.drawImage(tokenBitmap(state, rows, cols), 0, 0, right, bottom);
  context.globalAlpha = GRID_TINT;
  context.strokeStyle = GRID_COLOR;
  context.lineWidth = 1;
  context.beginPath();
  for (let col = 1; col < cols; col += 1) traceLine(context, ((col * TOKEN) / state.width) * width, 0, 0, height);
  for (let row = 1; row < rows; row += 1) traceLine(context, 0, ((row * TOKEN) / state.height) * height, width, 0);
  context.stroke();
  context.globalAlpha = 1;
  context.imageSmoothingEnabled = true;
}

/** A pixel a token: the regions over one another, each as opaque as its coverage. */
function tokenBitmap(state, rows, cols) {
  const colors = new Float32Array(4 * rows * cols); // red, green, blue times alpha, and alpha
  for (const region of state.document.regions.filter(({ visible }) => visible)) {
    // What grows under the pen is worked out anew: the tokens are remembered by the list of shapes.
    const current = state.growing.includes(region.id) ? { ...region, shapes: [...region.shapes] } : region;
    const { coverage, box } = regionTokens(current, state.width, state.height);
    const color = [...rgb(region.colour), 255];
    for (let row = box.top; row < box.bottom; row += 1) {
      for (let token = row * cols + box.left; token < row * cols + box.right; token += 1) {
        const alpha = coverage[token];
        for (let i = 0; i < 4; i += 1) {
          colors[4 * token + i] = alpha * color[i] + (1 - alpha) * colors[4 * token + i];
        }
      }
    }
  }
  const pixels = new ImageData(cols, rows);
  for (let i = 0; i < colors.length; i += 4) {
    const alpha = colors[i + 3] / 255;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel += 1) pixels.data[i + channel] = colors[i + channel] / alpha;
    pixels.data[i + 3] = colors[i + 3];
  }
  const bitmap = new OffscreenCanvas(cols, rows);
  bitmap.getContext("2d").putImageData(pixels, 0, 0);
  return bitmap;
}

function traceLine(context, x, y, dx, dy) {
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
}
