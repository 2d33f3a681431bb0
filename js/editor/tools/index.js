/**
 * The tools of the editor, in the order of their buttons. A new tool is a file beside these and its place in the list.
 *
 * @import { EditorState } from "../editor_state.js"
 *
 * @typedef {object} Tool
 * @property {string} name of its button
 * @property {string} label what it does, for the button's tooltip
 * @property {string} key the letter that chooses it, in lower case
 * @property {string} icon outline, see icons.js
 * @property {(state: EditorState, pointer: Pointer) => Gesture | null} press what a press of the pointer begins; null
 *   if it did all there is to do
 * @property {(state: EditorState, pointer: Pointer) => string} cursor the CSS cursor over the drawing area
 * @property {(state: EditorState, context: CanvasRenderingContext2D, width: number, height: number, scale: number)
 *   => void} [paint] what it shows while it is in the hand; scale: bitmap pixels per CSS pixel
 * @property {boolean} [usesBrush] whether it draws with the brush, whose size then is shown and can be changed
 * @property {(region: import("../../core/document.js").Region) => boolean} [hidesHandles] whether it has handles of its
 *   own for a selected region, beside which those that resize and turn would be in the way
 * @property {boolean} [hasManyPresses] whether its gestures may go on when the pointer is released
 *
 * @typedef {object} Gesture what is done with the pointer, from the press on. Nothing is stored before its end.
 * @property {(pointer: Pointer) => void} move the pressed pointer moved
 * @property {(pointer: Pointer) => boolean | void} release the end of a press; true: the gesture goes on
 * @property {() => void} cancel
 * @property {(pointer: Pointer) => boolean} [press] a further press; true: the gesture goes on
 * @property {(pointer: Pointer) => void} [hover] the pointer moved between two presses
 * @property {(subtract: boolean) => boolean} [finish] the end of a gesture that goes on: Enter, a double or a right
 *   click; whether it left a shape
 * @property {(context: CanvasRenderingContext2D, width: number, height: number, scale: number) => void} [paint] what it
 *   shows beside the document; scale: bitmap pixels per CSS pixel
 *
 * @typedef {object} Pointer where the pointer is, and how it is held
 * @property {number} x in fractions of the canvas
 * @property {number} y
 * @property {[number, number]} cssPixel the fractions of the canvas that are one CSS pixel, across and down
 * @property {number} pressure 0..1
 * @property {boolean} shift
 * @property {boolean} alt
 * @property {boolean} control Ctrl, or Command on a Mac
 * @property {number} clicks how many clicks in quick succession this press is part of: 2 for the second of a
 *   double-click
 */

import { brush } from "./brush.js";
import { ellipse } from "./ellipse.js";
import { eraser } from "./eraser.js";
import { points } from "./points.js";
import { polygon } from "./polygon.js";
import { rect } from "./rect.js";
import { select } from "./select.js";

/** @type {readonly Tool[]} */
export const TOOLS = Object.freeze([select, rect, ellipse, polygon, points, brush, eraser]);
