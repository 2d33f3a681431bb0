/** @import { EditorState } from "./editor_state.js" */

import { element } from "./elements.js";
import { InplacePrompt } from "./inplace_prompt.js";
import { paint } from "./painting.js";
import { PointerInput } from "./pointer_input.js";
import { RegionLayer } from "./region_layer.js";

/** The drawing area: a canvas in the picture's proportions, painted whenever something on it changed. */
export class Stage {
  /**
   * @param {EditorState} state
   * @param {() => void} focus called when the pointer is pressed on it, so that the keyboard belongs to the editor
   */
  constructor(state, focus) {
    this.state = state;
    this.canvas = element("canvas", { class: "flux-regions-picture", "aria-hidden": "true" });
    this.prompt = new InplacePrompt(this.canvas, state, focus);
    this.root = element("div", { class: "flux-regions-stage" }, this.canvas, this.prompt.root);
    this.layer = new RegionLayer();
    this.input = new PointerInput(this.canvas, state, {
      focus,
      repaint: () => this.requestPaint(),
      typePrompt: (id) => this.prompt.open(id),
    });
    this.frameRequest = 0;
    /** Whether another view of the same drawing lies over this one. */
    this.isCovered = false;
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.root);
    this.onDraft = () => this.requestPaint();
    this.onChange = () => {
      this.input.followTool();
      if (this.isCovered) return;
      this.fit();
      this.prompt.update();
    };
    state.addEventListener("draft", this.onDraft);
    state.addEventListener("change", this.onChange);
  }

  remove() {
    this.resizing.disconnect();
    cancelAnimationFrame(this.frameRequest);
    this.state.removeEventListener("draft", this.onDraft);
    this.state.removeEventListener("change", this.onChange);
  }

  /** Give the canvas the largest size of the picture's proportions that fits. */
  fit() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return; // out of sight, as while a value cannot be read: it keeps its size
    const widest = Math.max(1, Math.min(clientWidth, clientHeight * this.state.aspect));
    const [width, height] = [Math.floor(widest), Math.max(1, Math.floor(widest / this.state.aspect))];
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    if (this.canvas.width !== Math.floor(width * scale) || this.canvas.height !== Math.floor(height * scale)) {
      this.canvas.width = Math.floor(width * scale);
      this.canvas.height = Math.floor(height * scale);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.requestPaint();
  }

  /** @param {boolean} isCovered then nothing is painted, and all of it when it is in sight again */
  setCovered(isCovered) {
    this.isCovered = isCovered;
    if (!isCovered) this.fit();
  }

  requestPaint() {
    if (this.isCovered) return;
    if (!this.frameRequest) this.frameRequest = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.frameRequest = 0;
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    const scale = width / Math.max(1, this.canvas.clientWidth);
    paint(context, this.state, this.layer, width, height, scale);
    this.input.paint(context, width, height, scale);
  }
}
