/**
 * @import { EditorState } from "./editor_state.js"
 * @import { Gesture, Pointer, Tool } from "./tools/index.js"
 */

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

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {EditorState} state
   * @param {{focus: () => void, repaint: () => void}} stage
   */
  constructor(canvas, state, stage) {
    this.canvas = canvas;
    this.state = state;
    this.stage = stage;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    // Else the browser would give the focus to what is focusable around the canvas. (The same for pointerdown would
    // take mouseup from the graph.)
    canvas.addEventListener("mousedown", (event) => event.preventDefault());
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#abandon(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#abandon(event));
    canvas.addEventListener("pointerleave", () => {
      this.#hover = null;
      stage.repaint();
    });
    canvas.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      this.finish(event.altKey);
    });
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
   * @returns {boolean} whether there was one
   */
  finish(subtract) {
    if (!this.#gesture?.finish) return false;
    const gesture = this.#takeGesture();
    gesture.finish(subtract);
    this.stage.repaint();
    return true;
  }

  /** @returns {boolean} whether there was a gesture to give up */
  cancel() {
    const gesture = this.#takeGesture();
    gesture?.cancel();
    this.stage.repaint();
    return gesture !== null;
  }

  /** When another tool is chosen, give up what was being drawn with the one before. */
  followTool() {
    if (this.#gesture && this.#gestureTool !== this.state.tool) this.cancel();
  }

  /**
   * What is being drawn, as far as the document does not show it, and the size of the brush.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} width of the context's canvas, in pixels
   * @param {number} height
   * @param {number} scale bitmap pixels per CSS pixel
   */
  paint(context, width, height, scale) {
    this.#gesture?.paint?.(context, width, height, scale);
    if (!this.#hover || !this.state.tool.usesBrush) return;
    context.strokeStyle = "#ffffff";
    context.lineWidth = scale;
    context.globalCompositeOperation = "difference";
    context.beginPath();
    const radius = (this.state.brush * Math.min(width, height)) / 2;
    context.arc(this.#hover.x * width, this.#hover.y * height, radius, 0, 7); // 7 > 2 pi: once around
    context.stroke();
    context.globalCompositeOperation = "source-over";
  }

  /**
   * The frame is read anew: the graph may have been zoomed or moved.
   *
   * @param {PointerEvent} event
   * @returns {Pointer}
   */
  #pointerOf(event) {
    const frame = this.canvas.getBoundingClientRect();
    const perPixel = this.canvas.clientWidth / frame.width; // CSS pixels a pixel of the screen: the graph's zoom
    return {
      x: (event.clientX - frame.left) / frame.width,
      y: (event.clientY - frame.top) / frame.height,
      cssPixel: [1 / (frame.width * perPixel), 1 / (frame.height * perPixel)],
      pressure: event.pointerType === "mouse" || event.pressure === 0 ? 1 : event.pressure,
      shift: event.shiftKey,
      alt: event.altKey,
    };
  }

  #takeGesture() {
    const gesture = this.#gesture;
    this.#gesture = null;
    return gesture;
  }

  #down(event) {
    // The middle button pans the graph.
    if (event.button !== 0 || this.#pressedId !== null || this.state.error) return;
    event.stopPropagation();
    this.stage.focus();
    this.#pressedId = event.pointerId;
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
    for (const place of places.length > 0 ? places : [event]) this.#gesture?.move(this.#pointerOf(place));
  }

  #up(event) {
    if (this.#pressedId !== event.pointerId) return;
    event.stopPropagation();
    this.#pressedId = null; // before the capture is lost, which would abandon the gesture
    const gesture = this.#takeGesture();
    if (gesture?.release(this.#pointerOf(event))) this.#gesture = gesture;
    this.stage.repaint();
  }

  #abandon(event) {
    if (this.#pressedId !== event.pointerId) return;
    this.#pressedId = null;
    this.cancel();
  }

  #wheel(event) {
    const isInUse = this.canvas.closest(".flux-regions-drawing")?.contains(document.activeElement);
    if (!this.state.tool.usesBrush || !isInUse) return; // the graph zooms
    event.preventDefault();
    event.stopPropagation();
    this.state.setBrush(this.state.brush * Math.exp(-event.deltaY / 600));
  }
}
