/**
 * @import { RegionDocument } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./tools/index.js"
 * @import { View } from "./view.js"
 */

import { regionsAt } from "../core/region_area.js";
import { strokeWithContrast } from "./contrast_stroke.js";

/** Turns the pointer's events on the drawing area into gestures of the chosen tool. */
export class PointerInput {
  /**
   * What is being drawn; a gesture of several presses stays between them.
   *
   * @type {Gesture | null}
   */
  #gesture = null;

  /**
   * The tool of the latest gesture.
   *
   * @type {Tool | null}
   */
  #gestureTool = null;

  /**
   * The document at the latest press, which the gesture goes on from until the pointer is released.
   *
   * @type {RegionDocument | null}
   */
  #pressedDocument = null;

  /**
   * The id of the pointer that is pressed.
   *
   * @type {number | null}
   */
  #pressedId = null;

  /**
   * Where the pointer is, over the canvas.
   *
   * @type {Pointer | null}
   */
  #hover = null;

  /** How many clicks in quick succession the press is part of; the browser counts them for the mouse's own events. */
  #clicks = 1;

  /** What was selected before each of the latest two presses: a double-click means the region from before it. */
  #selections = [[], []];

  /** Places of the fingers on the canvas: the second makes it a pinch, which draws nothing. */
  #touches = new Set();

  /**
   * @param {HTMLCanvasElement} canvas over the part of the picture in sight
   * @param {View} view
   * @param {EditorState} state
   * @param {{focus: () => void, repaint: () => void, typePrompt: (id: string) => void}} stage
   */
  constructor(canvas, view, state, stage) {
    this.canvas = canvas;
    this.view = view;
    this.state = state;
    this.stage = stage;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    // Else the browser would give the focus to what is focusable around the canvas. (The same for pointerdown would
    // take mouseup from the graph.)
    canvas.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#clicks = event.detail;
    });
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#abandon(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#abandon(event));
    canvas.addEventListener("pointerleave", () => {
      this.#hover = null;
      stage.repaint();
    });
    canvas.addEventListener("dblclick", (event) => this.#doubleClick(event));
    canvas.addEventListener("contextmenu", (event) => {
      if (!state.tool.hasManyPresses) return;
      event.preventDefault();
      this.finish(event.altKey);
    });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /**
   * End a gesture of several presses by what it has drawn so far.
   *
   * @param {boolean} subtract whether that is taken away
   * @returns {boolean} whether there was one, and it left a shape
   */
  finish(subtract) {
    if (!this.#gesture?.finish) return false;
    const isDrawn = this.#takeGesture().finish(subtract);
    this.stage.repaint();
    return isDrawn;
  }

  /** @returns {boolean} whether there was a gesture to give up */
  cancel() {
    const gesture = this.#takeGesture();
    gesture?.cancel();
    this.stage.repaint();
    return gesture !== null;
  }

  /**
   * Give up what is being drawn where another tool is chosen, or where a key, a paste, an undo or a run has changed the
   * document since the press: the end of the gesture would take that back.
   */
  followState() {
    const { tool, value } = this.state;
    const isOutdated = this.#pressedId !== null && this.#pressedDocument !== value.document;
    if (this.#gesture && (this.#gestureTool !== tool || isOutdated)) this.cancel();
  }

  /**
   * What is being drawn, as far as the document does not show it, and the size of the brush.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} width of the whole picture, in pixels
   * @param {number} height
   * @param {number} scale bitmap pixels per CSS pixel
   */
  paint(context, width, height, scale) {
    this.state.tool.paint?.(this.state, context, width, height, scale);
    this.#gesture?.paint?.(context, width, height, scale);
    if (!this.#hover || !this.state.tool.usesBrush) return;
    context.beginPath();
    const radius = (this.state.brush * Math.min(width, height)) / 2;
    context.arc(this.#hover.x * width, this.#hover.y * height, radius, 0, 7); // 7 > 2 pi: once around
    strokeWithContrast(context, scale);
  }

  /**
   * The frame is read anew for each event: the graph may have been zoomed or moved.
   *
   * @param {MouseEvent & {pointerType?: string, pressure?: number}} event
   * @param {DOMRect} [frame] the canvas's, on the screen
   * @returns {Pointer}
   */
  #pointerOf(event, frame = this.canvas.getBoundingClientRect()) {
    const perPixel = this.canvas.clientWidth / frame.width; // CSS pixels a pixel of the screen: the graph's zoom
    const { origin, size } = this.view;
    return {
      x: ((event.clientX - frame.left) * perPixel - Math.min(0, origin.x)) / size.width,
      y: ((event.clientY - frame.top) * perPixel - Math.min(0, origin.y)) / size.height,
      cssPixel: [1 / size.width, 1 / size.height],
      pressure: event.pointerType === "mouse" || !event.pressure ? 1 : event.pressure,
      shift: event.shiftKey,
      alt: event.altKey,
      control: event.ctrlKey || event.metaKey,
      clicks: this.#clicks,
    };
  }

  #takeGesture() {
    const gesture = this.#gesture;
    this.#gesture = null;
    return gesture;
  }

  #down(event) {
    // The middle button pans the graph.
    if (event.button !== 0 || this.state.value.error) return;
    if (event.pointerType === "touch") this.#touches.add(event.pointerId);
    if (this.#pressedId !== null) return this.#pinch();
    event.stopPropagation();
    this.stage.focus();
    this.#clicks = 1;
    this.#selections = [this.#selections[1], [...this.state.selection]];
    this.#pressedId = event.pointerId;
    this.#pressedDocument = this.state.value.document;
    this.canvas.setPointerCapture(event.pointerId);
    const pointer = this.#pointerOf(event);
    if (this.#gesture) {
      const gesture = this.#takeGesture();
      if (gesture.press(pointer)) this.#gesture = gesture;
    } else {
      this.#gestureTool = this.state.tool;
      this.#gesture = this.state.tool.press(this.state, pointer);
    }
    this.stage.repaint();
  }

  #move(event) {
    const pointer = this.#pointerOf(event);
    this.#hover = pointer;
    this.stage.repaint();
    if (this.#pressedId !== event.pointerId) {
      this.#gesture?.hover?.(pointer);
      this.canvas.style.cursor = this.state.tool.cursor(this.state, pointer);
      return;
    }
    event.stopPropagation();
    // A fast pen reports several places at once: all of them belong to the stroke.
    const places = this.#gestureTool.usesBrush ? (event.getCoalescedEvents?.() ?? []) : [];
    const frame = this.canvas.getBoundingClientRect();
    for (const place of places.length > 0 ? places : [event]) this.#gesture?.move(this.#pointerOf(place, frame));
  }

  #up(event) {
    this.#touches.delete(event.pointerId);
    if (this.#pressedId !== event.pointerId) return;
    event.stopPropagation();
    this.#pressedId = null; // before the capture is lost, which would abandon the gesture
    const gesture = this.#takeGesture();
    if (gesture?.release(this.#pointerOf(event))) this.#gesture = gesture;
    this.stage.repaint();
  }

  /** A second finger: what the first has drawn so far was not meant. */
  #pinch() {
    if (this.#touches.size < 2) return;
    this.#pressedId = null;
    this.cancel();
    for (const id of this.#touches) if (this.canvas.hasPointerCapture(id)) this.canvas.releasePointerCapture(id);
  }

  /** It ends a polygon; else the prompt is typed in the region: the selected one, or the topmost. */
  #doubleClick(event) {
    event.stopPropagation();
    if (this.finish(event.altKey) || this.state.tool.usesBrush || this.state.value.error) return;
    const { x, y } = this.#pointerOf(event);
    const { document: doc, aspect } = this.state;
    const under = regionsAt(doc, x, y, aspect).map((region) => region.id);
    const [before] = this.#selections[0];
    const id = under.includes(before) ? before : under[0];
    if (id) this.stage.typePrompt(id);
  }

  #abandon(event) {
    this.#touches.delete(event.pointerId);
    if (this.#pressedId !== event.pointerId) return;
    this.#pressedId = null;
    this.cancel();
  }

  #wheel(event) {
    const isInUse = this.canvas.closest(".flux-regions-editor")?.contains(document.activeElement);
    if (!this.state.tool.usesBrush || !isInUse) return; // the graph zooms
    event.preventDefault();
    event.stopPropagation();
    // With Shift some systems turn the wheel to the side.
    this.state.setBrush(this.state.brush * Math.exp(-(event.deltaY || event.deltaX) / 600));
  }
}
