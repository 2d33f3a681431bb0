/** @import { EditorState } from "./editor_state.js" */

import { tokenGrid } from "../core/token_grid.js";
import { regionCoverage } from "../core/tokens.js";
import { rgb } from "./color.js";

const TINT = 0.65;
const GRID_COLOR = "#808080";
const GRID_TINT = 0.35;
const TOKEN = 16; // px of the picture

/**
 * What FLUX will see: every token tinted by its part in the region that lies on top there, and the grid.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {EditorState} state
 * @param {number} width of the context's canvas, in pixels
 * @param {number} height
 */
export function paintTokens(context, state, width, height) {
  const { rows, cols } = tokenGrid(state.width, state.height);
  const tokens = new OffscreenCanvas(cols, rows); // a pixel a token
  const tokensContext = tokens.getContext("2d");
  for (const region of state.document.regions.filter(({ visible }) => visible)) {
    const coverage = regionCoverage(region, state.width, state.height);
    const [red, green, blue] = rgb(region.colour);
    const layer = new OffscreenCanvas(cols, rows);
    const pixels = new ImageData(cols, rows);
    for (let i = 0; i < coverage.length; i += 1) pixels.data.set([red, green, blue, coverage[i] * 255], 4 * i);
    layer.getContext("2d").putImageData(pixels, 0, 0);
    tokensContext.drawImage(layer, 0, 0);
  }
  context.imageSmoothingEnabled = false;
  context.globalAlpha = TINT;
  // The last row and column of tokens may reach past an odd picture's edge.
  const [right, bottom] = [((cols * TOKEN) / state.width) * width, ((rows * TOKEN) / state.height) * height];
  context.drawImage(tokens, 0, 0, right, bottom);
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

function traceLine(context, x, y, dx, dy) {
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
}
