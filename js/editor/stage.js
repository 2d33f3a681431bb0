import { element } from "./elements.js";
import { paint } from "./painting.js";
import { PolygonInProgress } from "./polygon.js";
import { handleAt, press } from "./tools.js";

const CURSORS = { n: "ns", s: "ns", e: "ew", w: "ew", nw: "nwse", se: "nwse", ne: "nesw", sw: "nesw" };

/** The drawing area: a canvas in the picture's proportions that turns pointer input into edits of the session. */
export class Stage {
  /** focus: called when the pointer is pressed on it, so that the keyboard belongs to the editor. */
  constructor(session, focus) {
    this.session = session;
    this.focus = focus;
    this.polygon = new PolygonInProgress(session);
    this.canvas = element("canvas", { class: "flux-regions-picture", "aria-hidden": "true" });
    this.root = element("div", { class: "flux-regions-stage" }, this.canvas);
    this.pointer = null; // the id of the pointer that is pressed
    this.hover = null; // where the brush would paint
    this.drag = null;
    this.pending = 0;
    this.#listen();
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.root);
    this.redraw = () => this.requestPaint();
    this.refit = () => this.fit();
    session.addEventListener("draft", this.redraw);
    session.addEventListener("change", this.refit);
  }

  remove() {
    this.resizing.disconnect();
    cancelAnimationFrame(this.pending);
    this.session.removeEventListener("draft", this.redraw);
    this.session.removeEventListener("change", this.refit);
  }

  /** Give the canvas the largest size of the picture's proportions that fits. */
  fit() {
    if (this.session.tool !== "polygon") this.polygon.cancel();
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return; // out of sight, as while a value cannot be read: it keeps its size
    const wide = Math.max(1, Math.min(clientWidth, clientHeight * this.session.aspect));
    const [width, height] = [Math.floor(wide), Math.max(1, Math.floor(wide / this.session.aspect))];
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    if (this.canvas.width !== Math.floor(width * scale) || this.canvas.height !== Math.floor(height * scale)) {
      this.canvas.width = Math.floor(width * scale);
      this.canvas.height = Math.floor(height * scale);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.requestPaint();
  }

  requestPaint() {
    if (!this.pending) this.pending = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.pending = 0;
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    const scale = width / Math.max(1, this.canvas.clientWidth);
    paint(context, this.session, width, height, scale);
    this.polygon.paint(context, width, height, scale);
    if (this.hover && (this.session.tool === "brush" || this.session.tool === "eraser")) {
      context.strokeStyle = "#ffffff";
      context.lineWidth = scale;
      context.globalCompositeOperation = "difference";
      context.beginPath();
      const radius = (this.session.brush * Math.min(width, height)) / 2;
      context.arc(this.hover.x * width, this.hover.y * height, radius, 0, 7);
      context.stroke();
      context.globalCompositeOperation = "source-over";
    }
  }

  /** A pointer event's place, see tools.js. The frame is read anew: the graph may have been zoomed or moved. */
  #at(event) {
    const frame = this.canvas.getBoundingClientRect();
    const perPixel = this.canvas.clientWidth / frame.width; // the graph's zoom
    return {
      x: (event.clientX - frame.left) / frame.width,
      y: (event.clientY - frame.top) / frame.height,
      reach: [1 / (frame.width * perPixel), 1 / (frame.height * perPixel)],
      pressure: event.pointerType === "mouse" || event.pressure === 0 ? 1 : event.pressure,
      shift: event.shiftKey,
      alt: event.altKey,
    };
  }

  #listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    // Else the browser would give the focus to what is focusable around the canvas. (The same for pointerdown would take mouseup from the graph.)
    canvas.addEventListener("mousedown", (event) => event.preventDefault());
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#abandon(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#abandon(event));
    canvas.addEventListener("pointerleave", () => {
      this.hover = null;
      this.requestPaint();
    });
    canvas.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      if (this.session.tool === "polygon") this.polygon.close(event.altKey);
    });
    canvas.addEventListener("contextmenu", (event) => {
      if (this.session.tool !== "polygon") return;
      event.preventDefault();
      this.polygon.close(event.altKey);
    });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #down(event) {
    if (event.button !== 0 || this.pointer !== null || this.session.error) return; // the middle button pans the graph
    event.stopPropagation();
    this.focus();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    if (this.session.tool === "polygon") this.polygon.press(at);
    else this.drag = press(this.session, at);
    this.requestPaint();
  }

  #move(event) {
    const at = this.#at(event);
    this.hover = at;
    if (this.session.tool === "polygon") this.polygon.move(at);
    this.requestPaint();
    if (this.pointer !== event.pointerId) return this.#showCursor(at);
    event.stopPropagation();
    // A fast pen reports several places at once: all of them belong to the stroke.
    const strokes = this.session.tool === "brush" || this.session.tool === "eraser";
    const places = strokes ? (event.getCoalescedEvents?.() ?? []) : [];
    for (const one of places.length ? places : [event]) this.drag?.move(this.#at(one));
  }

  #up(event) {
    if (this.pointer !== event.pointerId) return;
    event.stopPropagation();
    this.pointer = null; // before the capture is lost, which would abandon the drag
    const [drag, at] = [this.drag, this.#at(event)];
    this.drag = null;
    if (this.session.tool === "polygon") this.polygon.release(at);
    else drag?.end(at);
    this.requestPaint();
  }

  #abandon(event) {
    if (this.pointer !== event.pointerId) return;
    this.pointer = null;
    this.drag?.cancel();
    this.drag = null;
    this.polygon.cancel();
    this.requestPaint();
  }

  /** Give up what is being drawn. Returns whether there was anything. */
  cancel() {
    const busy = this.drag !== null || this.polygon.points.length > 0;
    this.drag?.cancel();
    this.drag = null;
    this.polygon.cancel();
    this.requestPaint();
    return busy;
  }

  #wheel(event) {
    const painting = this.session.tool === "brush" || this.session.tool === "eraser";
    if (!painting || !this.root.parentElement?.contains(document.activeElement)) return; // the graph zooms
    event.preventDefault();
    event.stopPropagation();
    this.session.setBrush(this.session.brush * Math.exp(-event.deltaY / 600));
  }

  #showCursor(at) {
    const handle = this.session.tool === "select" ? handleAt(this.session, at) : null;
    if (handle) this.canvas.style.cursor = `${CURSORS[handle]}-resize`;
    else this.canvas.style.cursor = this.session.tool === "select" ? "default" : "crosshair";
  }
}
