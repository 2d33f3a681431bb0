/**
 * Shapes turned around a point, clockwise and in degrees, at distances as they are seen: nothing is skewed on a canvas
 * that is not square. A rect or an ellipse keeps its upright box and has a rotation; points are turned themselves.
 */

import { sideScales } from "./geometry.js";

/** To either side; half a turn brings a rect and an ellipse back. */
export const MAX_DEGREES = 360;

/**
 * @param {{x: number, y: number}} pivot
 * @param {number} degrees
 * @param {number} aspect
 * @returns {(x: number, y: number) => [number, number]} the place of a point after the turn
 */
export function turnAround(pivot, degrees, aspect) {
  const scales = sideScales(aspect);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const [across, down] = [(x - pivot.x) * scales.x, (y - pivot.y) * scales.y];
    return [pivot.x + (across * cos - down * sin) / scales.x, pivot.y + (across * sin + down * cos) / scales.y];
  };
}

/**
 * @param {number} degrees
 * @returns {number} the turn of a rect or an ellipse that looks the same, above -90 and up to 90
 */
export function halfTurn(degrees) {
  const rest = degrees % 180;
  if (rest > 90) return rest - 180;
  return rest <= -90 ? rest + 180 : rest + 0; // + 0 turns -0 into 0
}

/**
 * @param {{x: number, y: number}} pivot
 * @param {{x: number, y: number}} point
 * @param {number} aspect
 * @returns {number} the direction from the pivot to the point, in degrees clockwise from the right
 */
export function directionOf(pivot, point, aspect) {
  const scales = sideScales(aspect);
  return (Math.atan2((point.y - pivot.y) * scales.y, (point.x - pivot.x) * scales.x) * 180) / Math.PI;
}
