import { simplified } from "../core/geometry.js";
import { TOLERANCE, finish, withShape } from "./tools.js";

const CLOSE_BY = 10; // CSS px: a click this near to the first point closes the polygon
const LASSO_STEP = 3; // CSS px between the points of a freehand outline

/** A polygon in the making: click its corners, or drag to draw the outline freehand. */
export class PolygonInProgress {
  constructor(session) {
    this.session = session;
    this.points = [];
    this.pointer = null; // where the next corner would be
    this.pressed = null;
  }

  press(at) {
    if (this.points.length > 2 && this.#near(this.points[0], at, CLOSE_BY)) return this.close(at.alt);
    this.pressed = at;
    this.points.push([at.x, at.y]);
  }

  move(at) {
    this.pointer = [at.x, at.y];
    if (this.pressed && !this.#near(this.points.at(-1), at, LASSO_STEP)) this.points.push([at.x, at.y]);
  }

  /** The end of a press. A freehand outline closes by itself; a click was one corner. */
  release(at) {
    if (!this.pressed) return;
    const freehand = !this.#near([this.pressed.x, this.pressed.y], at, CLOSE_BY) || this.points.length > 12;
    this.pressed = null;
    if (freehand && this.points.length > 4) this.close(at.alt);
  }

  /** Make it a shape; with fewer than three corners it is given up. */
  close(takeAway = false) {
    const [session, corners] = [this.session, this.points];
    this.cancel();
    if (corners.length < 3) return;
    const closed = [...corners, corners[0]].map(([x, y]) => [x, y, 1]);
    const points = simplified(closed, TOLERANCE, session.aspect).slice(0, -1);
    if (points.length < 3) return;
    const shape = { kind: "polygon", points: points.map(([x, y]) => [x, y]) };
    finish(session, withShape(session, session.document, shape, takeAway), "Draw polygon");
  }

  cancel() {
    this.points = [];
    this.pressed = null;
  }

  /** Its outline so far, on a context of width x height pixels. */
  paint(context, width, height, scale) {
    if (!this.points.length) return;
    context.beginPath();
    for (const [x, y] of [...this.points, ...(this.pointer ? [this.pointer] : [])])
      context.lineTo(x * width, y * height);
    for (const [colour, wide] of [
      ["#000000", 3],
      ["#ffffff", 1.5],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = wide * scale;
      context.stroke();
    }
    const [x, y] = this.points[0];
    context.fillStyle = "#ffffff";
    context.fillRect(x * width - 4 * scale, y * height - 4 * scale, 8 * scale, 8 * scale);
  }

  #near([x, y], at, pixels) {
    return Math.hypot((x - at.x) / at.reach[0], (y - at.y) / at.reach[1]) <= pixels;
  }
}
