/**
 * @import { EditorState } from "../editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./index.js"
 */

import { simplifyLine } from "../../core/geometry.js";
import { strokeWithContrast } from "../contrast_stroke.js";
import { LINE_TOLERANCE, addDrawnShape, commitDrawing, cssDistance, isDrag } from "./drawing.js";
import { grabCursor, grabSelection } from "./grab.js";

const CLOSE_BY = 10; // CSS px: a click this near to the first point closes the polygon
const LASSO_STEP = 3; // CSS px between the points of a freehand outline
const MIN_CORNERS = 3;
const MIN_LASSO = 5; // points; fewer were a click by an unsteady hand
const MAX_CLICK = 12; // points: a press that adds more was a lasso, even where it ends at its start

/** @type {Tool} */
export const polygon = {
  name: "polygon",
  label: "Polygon and lasso: click corners or drag an outline; Enter closes it",
  key: "p",
  icon: "M8 2l6 5-3 7H4L2 6z",
  press: (state, pointer) => new PolygonGesture(state, pointer),
  cursor: grabCursor,
  hasManyPresses: true,
};

/**
 * A polygon in the making: click its corners, or drag to draw the outline freehand. A drag that begins on the selected
 * region moves that, a click there is a corner.
 *
 * @implements {Gesture}
 */
class PolygonGesture {
  /**
   * @param {EditorState} state
   * @param {Pointer} start
   */
  constructor(state, start) {
    this.state = state;
    /** @type {{x: number, y: number}[]} */
    this.corners = [];
    /** @type {Pointer | null} where the next corner would be */
    this.next = null;
    /** @type {Gesture | null} the selected region's, as long as this may be a drag of it */
    this.grab = grabSelection(state, start);
    this.#addPress(start);
  }

  /** @param {Pointer} pointer */
  press(pointer) {
    if (this.corners.length >= MIN_CORNERS && cssDistance(this.corners[0], pointer) <= CLOSE_BY) {
      this.finish(pointer.alt);
      return false;
    }
    this.#addPress(pointer);
    return true;
  }

  /** @param {Pointer} pointer */
  hover(pointer) {
    this.next = pointer;
  }

  /** @param {Pointer} pointer */
  move(pointer) {
    if (this.grab) return this.grab.move(pointer);
    this.next = pointer;
    if (cssDistance(this.corners.at(-1), pointer) > LASSO_STEP) this.corners.push({ x: pointer.x, y: pointer.y });
  }

  /**
   * A freehand outline closes by itself; a click was one corner.
   *
   * @param {Pointer} pointer
   */
  release(pointer) {
    const { grab } = this;
    this.grab = null;
    if (grab && isDrag(this.pressed, pointer)) {
      grab.release(pointer);
      return false;
    }
    grab?.cancel();
    const isLasso = cssDistance(this.pressed, pointer) > CLOSE_BY || this.corners.length > MAX_CLICK;
    if (!isLasso || this.corners.length < MIN_LASSO) return true;
    this.finish(pointer.alt);
    return false;
  }

  /**
   * Make it a shape; with fewer than three corners it is given up.
   *
   * @param {boolean} subtract
   * @returns {boolean} whether there is a shape now
   */
  finish(subtract) {
    if (this.corners.length < MIN_CORNERS) return false;
    const outline = [...this.corners, this.corners[0]].map(({ x, y }) => [x, y]);
    const points = simplifyLine(outline, LINE_TOLERANCE, this.state.aspect).slice(0, -1);
    if (points.length < MIN_CORNERS) return false;
    const drawing = addDrawnShape(this.state, this.state.document, { kind: "polygon", points }, { subtract });
    commitDrawing(this.state, drawing, "Draw polygon");
    return true;
  }

  cancel() {
    this.grab?.cancel(); // of the polygon itself the document does not know
  }

  /** Its outline so far, and its first corner, where a click closes it. */
  paint(context, width, height, scale) {
    if (this.grab) return;
    context.beginPath();
    const corners = this.next ? [...this.corners, this.next] : this.corners;
    for (const { x, y } of corners) context.lineTo(x * width, y * height);
    strokeWithContrast(context, scale);
    const [first] = this.corners;
    context.fillStyle = "#ffffff";
    context.fillRect(first.x * width - 4 * scale, first.y * height - 4 * scale, 8 * scale, 8 * scale);
  }

  #addPress(pointer) {
    this.pressed = pointer;
    this.corners.push({ x: pointer.x, y: pointer.y });
  }
}
