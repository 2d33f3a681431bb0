/**
 * Where shapes lie, in fractions of the canvas (x right, y down): their bounds, what they contain, moved and resized.
 *
 * A box is {x0, y0, x1, y1}. aspect is the canvas's width / height; it matters wherever a distance does, for a brush is
 * round on the screen and not in fractions. Which points a shape contains is defined by attention/shapes.py.
 */

import { sideScales } from "./side_scales.js";

export { simplified } from "./simplify.js";

/**
 * @param {object} shape rect, ellipse, polygon or stroke
 * @param {number} aspect width / height
 * @returns {{x0: number, y0: number, x1: number, y1: number}} the smallest upright box around it, brush width included
 */
export function boundsOf(shape, aspect) {
  if (hasBox(shape)) {
    return { x0: shape.x, y0: shape.y, x1: shape.x + shape.width, y1: shape.y + shape.height };
  }
  const scales = sideScales(aspect);
  const brush = shape.kind === "stroke" ? shape.width / 2 : 0;
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const [x, y, pressure = 1] of shape.points) {
    const across = (brush * pressure) / scales.x;
    const down = (brush * pressure) / scales.y;
    box.x0 = Math.min(box.x0, x - across);
    box.y0 = Math.min(box.y0, y - down);
    box.x1 = Math.max(box.x1, x + across);
    box.y1 = Math.max(box.y1, y + down);
  }
  return box;
}

/**
 * @param {object} region
 * @param {number} aspect width / height
 * @returns {{x0: number, y0: number, x1: number, y1: number} | null} the box around the shapes it adds; null without
 *   any
 */
export function regionBounds(region, aspect) {
  const boxes = region.shapes.filter((shape) => shape.mode !== "subtract").map((shape) => boundsOf(shape, aspect));
  if (boxes.length === 0) return null;
  return boxes.reduce((one, other) => ({
    x0: Math.min(one.x0, other.x0),
    y0: Math.min(one.y0, other.y0),
    x1: Math.max(one.x1, other.x1),
    y1: Math.max(one.y1, other.y1),
  }));
}

/**
 * @param {object} shape its mode does not matter
 * @param {number} x fraction
 * @param {number} y fraction
 * @param {number} aspect width / height
 * @returns {boolean} whether the point lies in the shape
 */
export function contains(shape, x, y, aspect) {
  if (shape.kind === "polygon") return polygonContains(shape.points, x, y);
  if (shape.kind === "stroke") return strokeContains(shape, x, y, aspect);
  const across = (x - shape.x) / shape.width;
  const down = (y - shape.y) / shape.height;
  if (shape.kind === "rect") return across >= 0 && across <= 1 && down >= 0 && down <= 1;
  // Without area the quotients are NaN or infinite, which no comparison lets through.
  return (2 * across - 1) ** 2 + (2 * down - 1) ** 2 <= 1;
}

function polygonContains(points, x, y) {
  let inside = false;
  points.forEach(([x1, y1], index) => {
    const [x2, y2] = points[(index + 1) % points.length];
    if (y < Math.min(y1, y2) || y >= Math.max(y1, y2)) return;
    if (x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
  });
  return inside;
}

function strokeContains(stroke, x, y, aspect) {
  const scales = sideScales(aspect);
  const across = x * scales.x;
  const down = y * scales.y;
  const dots = stroke.points.map(([px, py, pressure = 1]) => [
    px * scales.x,
    py * scales.y,
    (pressure * stroke.width) / 2,
  ]);
  return dots.some(([x1, y1, r1], index) => {
    const [x2, y2, r2] = dots[Math.min(index + 1, dots.length - 1)];
    const length2 = (x2 - x1) ** 2 + (y2 - y1) ** 2;
    const share = length2 > 0 ? ((across - x1) * (x2 - x1) + (down - y1) * (y2 - y1)) / length2 : 0;
    const along = Math.min(Math.max(share, 0), 1);
    const distance = Math.hypot(across - x1 - along * (x2 - x1), down - y1 - along * (y2 - y1));
    return distance <= r1 + along * (r2 - r1);
  });
}

/**
 * @param {object} region
 * @param {number} x fraction
 * @param {number} y fraction
 * @param {number} aspect width / height
 * @returns {boolean} whether the point lies in the region: its shapes add and subtract in the order they were drawn
 */
export function regionContains(region, x, y, aspect) {
  const last = region.shapes.findLast((shape) => contains(shape, x, y, aspect));
  return last !== undefined && last.mode !== "subtract";
}

/**
 * @param {object} document
 * @param {number} x fraction
 * @param {number} y fraction
 * @param {number} aspect width / height
 * @returns {object | null} the topmost region at the point that is visible and not locked
 */
export function hitTest(document, x, y, aspect) {
  return (
    document.regions.findLast((region) => region.visible && !region.locked && regionContains(region, x, y, aspect)) ??
    null
  );
}

/**
 * @param {object} shape
 * @param {number} dx fraction of the width
 * @param {number} dy fraction of the height
 * @returns {object} the shape, moved
 */
export function movedShape(shape, dx, dy) {
  if (hasBox(shape)) return { ...shape, x: shape.x + dx, y: shape.y + dy };
  return { ...shape, points: shape.points.map(([x, y, ...rest]) => [x + dx, y + dy, ...rest]) };
}

/**
 * Maps one box onto another, and the shape with it; a box turned inside out mirrors the shape.
 *
 * @param {object} shape
 * @param {{x0: number, y0: number, x1: number, y1: number}} from along a side without length nothing is scaled
 * @param {{x0: number, y0: number, x1: number, y1: number}} to
 * @returns {object} the shape, resized; a stroke's width by the geometric mean of both directions
 */
export function resizedShape(shape, from, to) {
  const scaleX = from.x1 === from.x0 ? 1 : (to.x1 - to.x0) / (from.x1 - from.x0);
  const scaleY = from.y1 === from.y0 ? 1 : (to.y1 - to.y0) / (from.y1 - from.y0);
  const mapX = (x) => to.x0 + (x - from.x0) * scaleX;
  const mapY = (y) => to.y0 + (y - from.y0) * scaleY;
  if (!hasBox(shape)) {
    const points = shape.points.map(([x, y, ...rest]) => [mapX(x), mapY(y), ...rest]);
    if (shape.kind === "polygon") return { ...shape, points };
    return { ...shape, points, width: shape.width * Math.sqrt(Math.abs(scaleX * scaleY)) };
  }
  const [left, right] = [mapX(shape.x), mapX(shape.x + shape.width)];
  const [top, bottom] = [mapY(shape.y), mapY(shape.y + shape.height)];
  const corner = { x: Math.min(left, right), y: Math.min(top, bottom) };
  return { ...shape, ...corner, width: Math.abs(right - left), height: Math.abs(bottom - top) };
}

function hasBox(shape) {
  return shape.kind === "rect" || shape.kind === "ellipse";
}
