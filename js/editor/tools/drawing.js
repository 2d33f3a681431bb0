/**
 * What all drawing tools do with a shape they have drawn.
 *
 * @import { RegionDocument, Shape } from "../../core/document.js"
 * @import { EditorState } from "../editor_state.js"
 * @import { Pointer } from "./index.js"
 */

import { addShape, newRegion } from "../../core/actions.js";

/** Of the shorter side: how far a simplified line may stray from the hand's. */
export const LINE_TOLERANCE = 0.0015;

const MIN_DRAG = 4; // CSS px; a shorter drag was a click

const NOTHING_TO_TAKE_FROM = "There is nothing to take away from: select a region first, one that is not locked.";

/**
 * @param {{x: number, y: number}} start
 * @param {Pointer} pointer
 * @returns {number} the way between them, in CSS pixels
 */
export function cssDistance(start, pointer) {
  const [width, height] = pointer.cssPixel;
  return Math.hypot((pointer.x - start.x) / width, (pointer.y - start.y) / height);
}

/**
 * @param {Pointer} start
 * @param {Pointer} pointer
 * @returns {boolean} whether it went far enough to be a drag and not a click
 */
export function isDrag(start, pointer) {
  return cssDistance(start, pointer) >= MIN_DRAG;
}

/**
 * The document with a shape drawn, by the state's mode: in a new region, added to the selected ones, or taken from
 * them.
 *
 * @param {EditorState} state
 * @param {RegionDocument} doc
 * @param {Shape} shape
 * @param {{subtract: boolean, extendsSelection?: boolean}} how subtract: taken away whatever the mode;
 *   extendsSelection: in mode "new", too, it is added to the selected regions where there are some
 * @returns {{doc: RegionDocument, ids: string[]}} ids: what is to be selected then
 */
export function addDrawnShape(state, doc, shape, { subtract, extendsSelection = false }) {
  const ids = doc.regions.filter(({ id, locked }) => state.selection.includes(id) && !locked).map(({ id }) => id);
  const subtracts = subtract || state.mode === "subtract";
  if (ids.length > 0 && (subtracts || extendsSelection || state.mode === "add")) {
    const drawn = subtracts ? { ...shape, mode: "subtract" } : shape;
    return { doc: ids.reduce((result, id) => addShape(result, id, drawn), doc), ids };
  }
  if (subtracts) return { doc, ids: state.selection };
  const created = newRegion(doc, [shape]);
  return { doc: created.doc, ids: [created.id] };
}

/**
 * Store a drawing and select what it is part of. A new region asks for its words; what changes nothing says why.
 *
 * @param {EditorState} state
 * @param {{doc: RegionDocument, ids: string[]}} drawing
 * @param {string} label of the step in the history
 */
export function commitDrawing(state, { doc, ids }, label) {
  const before = state.value.document;
  const isNew = ids.some((id) => !before.regions.some((region) => region.id === id));
  state.commit(doc, label, "", ids);
  if (isNew) state.announceDrawn();
  if (doc === before) state.say(NOTHING_TO_TAKE_FROM);
}
