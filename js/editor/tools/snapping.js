/**
 * How the tools snap what they drag, and show to what.
 *
 * @import { SnapLines } from "../../core/snapping.js"
 * @import { EditorState } from "../editor_state.js"
 * @import { Pointer } from "./index.js"
 */

import { snap, snapLines } from "../../core/snapping.js";

const REACH = 6; // CSS px
const GUIDE_COLOR = "#ff2fd0";

/** The lines that a drag may meet, and those it is on. */
export class Snapping {
  /** @type {SnapLines} */
  #shown = { x: [], y: [] };

  /**
   * @param {EditorState} state
   * @param {Pointer} start
   * @param {string[]} draggedIds regions that are dragged
   */
  constructor(state, start, draggedIds) {
    this.state = state;
    this.startAlt = start.alt;
    this.lines = state.snaps ? snapLines(state.document, draggedIds, state.aspect) : { x: [], y: [] };
  }

  /**
   * @param {Pointer} pointer with Alt, unless it was held when the drag began, nothing snaps
   * @param {SnapLines} places that may snap
   * @returns {{dx: number, dy: number}} what to add to them
   */
  move(pointer, places) {
    const isSuspended = pointer.alt && !this.startAlt;
    const { dx, dy, lines } = snap(isSuspended ? { x: [], y: [] } : this.lines, places, [
      REACH * pointer.cssPixel[0],
      REACH * pointer.cssPixel[1],
    ]);
    this.#shown = lines;
    return { dx, dy };
  }

  /**
   * @template {Pointer} P
   * @param {P} pointer
   * @returns {P} at the place it snaps to
   */
  point(pointer) {
    const { dx, dy } = this.move(pointer, { x: [pointer.x], y: [pointer.y] });
    return { ...pointer, x: pointer.x + dx, y: pointer.y + dy };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width of the picture, in pixels
   * @param {number} height
   * @param {number} scale bitmap pixels per CSS pixel
   */
  paint(context, width, height, scale) {
    context.fillStyle = GUIDE_COLOR;
    for (const x of this.#shown.x) context.fillRect(Math.min(x * width, width - scale), 0, scale, height);
    for (const y of this.#shown.y) context.fillRect(0, Math.min(y * height, height - scale), width, scale);
  }
}
