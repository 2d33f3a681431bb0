import { regionBounds } from "../core/geometry.js";
import { regionCoverage, tokenGrid } from "../core/tokens.js";
import { softened } from "./soft_edge.js";

const TINT = 0.5;
const TINT_OVER_BACKDROP = 0.3; // what lies under it is to be seen
const HIDDEN_TINT = 0.12;
const HANDLE = 9; // px, side of a handle

/** The eight handles of a box: name -> its place in fractions of the box. */
export const HANDLES = {
  nw: [0, 0],
  n: [0.5, 0],
  ne: [1, 0],
  e: [1, 0.5],
  se: [1, 1],
  s: [0.5, 1],
  sw: [0, 1],
  w: [0, 0.5], // prettier-ignore
};

const drawn = new WeakMap(); // region -> its picture at one size: a region that did not change is not drawn again

/**
 * Draw the document on a 2D context of `width` x `height` pixels.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Object} session what to draw, see Session
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paint(context, session, width, height, scale) {
  context.clearRect(0, 0, width, height);
  if (session.backdrop) context.drawImage(session.backdrop.image, 0, 0, width, height);
  const regions = session.document.regions;
  if (session.showTokens) paintTokens(context, session, width, height);
  else {
    const tint = session.backdrop ? TINT_OVER_BACKDROP : TINT;
    for (const region of regions) {
      context.globalAlpha = region.visible ? tint : HIDDEN_TINT;
      context.drawImage(picture(region, width, height), 0, 0);
    }
    context.globalAlpha = 1;
  }
  regions.forEach((region, index) => paintBadge(context, region, index, session, width, height, scale));
  for (const region of session.selected) paintSelection(context, region, session, width, height, scale);
}

function picture(region, width, height) {
  const known = drawn.get(region);
  if (known?.width === width && known?.height === height) return known;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = context.strokeStyle = region.colour;
  context.lineCap = context.lineJoin = "round";
  for (const shape of region.shapes) {
    context.globalCompositeOperation = shape.mode === "subtract" ? "destination-out" : "source-over";
    fillShape(context, shape, width, height);
  }
  const soft = softened(canvas, region.feather * Math.min(width, height));
  drawn.set(region, soft);
  return soft;
}

/** Fill one shape in the context's current colours. */
function fillShape(context, shape, width, height) {
  if (shape.kind === "rect") {
    context.fillRect(shape.x * width, shape.y * height, shape.width * width, shape.height * height);
  } else if (shape.kind === "ellipse") {
    const [across, down] = [Math.abs(shape.width / 2) * width, Math.abs(shape.height / 2) * height];
    context.beginPath();
    context.ellipse((shape.x + shape.width / 2) * width, (shape.y + shape.height / 2) * height, across, down, 0, 0, 7);
    context.fill();
  } else if (shape.kind === "polygon") {
    context.beginPath();
    for (const [x, y] of shape.points) context.lineTo(x * width, y * height);
    context.fill("evenodd");
  } else {
    fillStroke(context, shape, width, height);
  }
}

/** A round brush: even pressure as one path, changing pressure piece by piece. */
function fillStroke(context, shape, width, height) {
  const brush = shape.width * Math.min(width, height);
  const points = shape.points;
  let at = 0;
  while (at < points.length) {
    let end = at + 1;
    while (end < points.length && Math.abs(points[end][2] - points[at][2]) < 0.05) end += 1;
    const stop = Math.min(end, points.length - 1);
    context.lineWidth = Math.max(brush * ((points[at][2] + points[stop][2]) / 2), 0.5);
    context.beginPath();
    context.moveTo(points[at][0] * width, points[at][1] * height);
    for (let i = at; i <= stop; i += 1) context.lineTo(points[i][0] * width, points[i][1] * height);
    context.stroke();
    at = end;
  }
}

/** What FLUX will see: every token tinted by its share of the region that lies on top there, and the grid. */
function paintTokens(context, session, width, height) {
  const { rows, cols } = tokenGrid(session.width, session.height);
  const small = new OffscreenCanvas(cols, rows);
  const pen = small.getContext("2d");
  for (const region of session.document.regions.filter((one) => one.visible)) {
    const covered = regionCoverage(region, session.width, session.height);
    const [red, green, blue] = channels(region.colour);
    const layer = new OffscreenCanvas(cols, rows);
    const pixels = new ImageData(cols, rows);
    for (let i = 0; i < covered.length; i += 1) pixels.data.set([red, green, blue, covered[i] * 255], 4 * i);
    layer.getContext("2d").putImageData(pixels, 0, 0);
    pen.drawImage(layer, 0, 0);
  }
  context.imageSmoothingEnabled = false;
  context.globalAlpha = 0.65;
  // The last row and column of tokens may reach past an odd picture's edge.
  context.drawImage(small, 0, 0, ((cols * 16) / session.width) * width, ((rows * 16) / session.height) * height);
  context.globalAlpha = 0.35;
  context.strokeStyle = "#808080";
  context.lineWidth = 1;
  context.beginPath();
  for (let col = 1; col < cols; col += 1) line(context, ((col * 16) / session.width) * width, 0, 0, height);
  for (let row = 1; row < rows; row += 1) line(context, 0, ((row * 16) / session.height) * height, width, 0);
  context.stroke();
  context.globalAlpha = 1;
  context.imageSmoothingEnabled = true;
}

function line(context, x, y, dx, dy) {
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
}

function channels(colour) {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Black or white, whichever reads better on a colour "#rrggbb" (its luma, ITU-R BT.601). */
export function inkOn(colour) {
  const [red, green, blue] = channels(colour);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#141414" : "#ffffff";
}

function paintBadge(context, region, index, session, width, height, scale) {
  const box = regionBounds(region, session.aspect);
  if (!box) return;
  const number = String(index + 1);
  context.font = `${12 * scale}px sans-serif`;
  const named = `${number} ${region.name}`.trim();
  const room = (box.x1 - box.x0) * width - 10 * scale; // a name that does not fit would cover its neighbours
  const text = context.measureText(named).width <= room ? named : number;
  context.textBaseline = "middle";
  const wide = context.measureText(text).width + 10 * scale;
  const high = 18 * scale;
  // In the middle; at the top where there is a picture below, whose object would be covered.
  const from = session.backdrop ? box.y0 * height + 3 * scale : ((box.y0 + box.y1) / 2) * height - high / 2;
  const x = Math.max(2, Math.min(((box.x0 + box.x1) / 2) * width - wide / 2, width - wide - 2));
  const y = Math.max(2, Math.min(from, height - high - 2));
  context.globalAlpha = region.visible ? 1 : 0.45;
  context.fillStyle = region.colour;
  context.beginPath();
  context.roundRect(x, y, wide, high, 4 * scale);
  context.fill();
  context.fillStyle = inkOn(region.colour);
  context.fillText(text, x + 5 * scale, y + high / 2);
  context.globalAlpha = 1;
}

function paintSelection(context, region, session, width, height, scale) {
  const box = regionBounds(region, session.aspect);
  if (!box) return;
  const [x, y] = [box.x0 * width, box.y0 * height];
  const [wide, high] = [(box.x1 - box.x0) * width, (box.y1 - box.y0) * height];
  context.lineWidth = 1.5 * scale;
  for (const [colour, offset] of [
    ["#000000", 0],
    ["#ffffff", 4 * scale],
  ]) {
    context.strokeStyle = colour;
    context.setLineDash([4 * scale, 4 * scale]);
    context.lineDashOffset = offset;
    context.strokeRect(x, y, wide, high);
  }
  context.setLineDash([]);
  if (region.locked || session.selection.length !== 1) return;
  for (const [right, down] of Object.values(HANDLES)) {
    const side = HANDLE * scale;
    context.fillStyle = "#ffffff";
    context.strokeStyle = "#000000";
    context.lineWidth = scale;
    context.fillRect(x + right * wide - side / 2, y + down * high - side / 2, side, side);
    context.strokeRect(x + right * wide - side / 2, y + down * high - side / 2, side, side);
  }
}
