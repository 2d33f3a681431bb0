/** @import { EditorState } from "./editor_state.js" */

import { element } from "./elements.js";
import { InplacePrompt } from "./inplace_prompt.js";
import { paint } from "./painting.js";
import { navigate } from "./navigation.js";
import { PointerInput } from "./pointer_input.js";
import { RegionLayer } from "./region_layer.js";
import { View } from "./view.js";

const MAX_RASTER = 2048; // px of a zoomed picture's longer side: regions are painted no finer, which bounds the memory

/** The drawing area: a canvas over the part of the picture in sight, painted whenever something on it changed. */
export class Stage {
  /**
   * @param {EditorState} state
   * @param {() => void} focus called when the pointer is pressed on it, so that the keyboard belongs to the editor
   * @param {boolean} canZoom whether the wheel and the middle button are the stage's; else they are the graph's
   */
  constructor(state, focus, canZoom) {
    this.state = state;
    this.view = new View();
    this.canZoom = canZoom;
    this.canvas = element("canvas", { class: "flux-regions-picture", "aria-hidden": "true" });
    this.prompt = new InplacePrompt(this.view, state, focus);
    this.root = element("div", { class: "flux-regions-stage" }, this.canvas, this.prompt.root);
    this.layer = new RegionLayer();
    if (canZoom) navigate(this.root, this.view);
    this.view.addEventListener("change", () => {
      this.root.classList.toggle("flux-regions-held", this.view.isHeld);
      this.fit();
      this.prompt.update();
    });
    this.input = new PointerInput(this.canvas, this.view, state, {
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

  /** Lay the canvas over the part of the picture in sight. */
  fit() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return; // out of sight, as while a value cannot be read: it keeps its size
    this.view.fitInto(clientWidth, clientHeight, this.state.aspect);
    const { left, top, width, height } = this.view.visible;
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    if (this.canvas.width !== Math.floor(width * scale) || this.canvas.height !== Math.floor(height * scale)) {
      this.canvas.width = Math.floor(width * scale);
      this.canvas.height = Math.floor(height * scale);
    }
    for (const [side, length] of Object.entries({ left, top, width, height })) {
      this.canvas.style[side] = `${length}px`;
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
    const context = this.canvas.getContext("2d");
    const place = this.#place();
    const { left, top, width, height, scale } = place;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.save();
    context.translate(-left, -top);
    paint(context, this.state, this.layer, place);
    this.input.paint(context, width, height, scale);
    context.restore();
  }

  /** @returns {import("./region_layer.js").LayerPlace} */
  #place() {
    const { view, canvas } = this;
    const scale = canvas.width / Math.max(1, canvas.clientWidth);
    const isWhole = view.zoom === 1;
    const [width, height] = isWhole
      ? [canvas.width, canvas.height]
      : [view.size.width * scale, view.size.height * scale];
    const [left, top] = [view.origin.x, view.origin.y].map((edge) => Math.round(Math.max(0, -edge) * scale));
    // By powers of two, so that not every turn of the wheel paints all regions anew.
    const fitted = Math.max(width, height) / view.zoom;
    const raster = Math.max(1, Math.min(2 ** Math.ceil(Math.log2(view.zoom)), MAX_RASTER / fitted)) / view.zoom;
    return {
      width,
      height,
      scale,
      left,
      top,
      visibleWidth: canvas.width,
      visibleHeight: canvas.height,
      rasterWidth: isWhole ? width : Math.max(1, Math.round(width * raster)),
      rasterHeight: isWhole ? height : Math.max(1, Math.round(height * raster)),
    };
  }
}
