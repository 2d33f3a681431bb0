/** @import { EditorState } from "./editor_state.js" */

import { element } from "./elements.js";
import { InplacePrompt } from "./inplace_prompt.js";
import { paintSelection } from "./handles.js";
import { navigate } from "./navigation.js";
import { Picture } from "./picture.js";
import { PointerInput } from "./pointer_input.js";
import { View } from "./view.js";

const MAX_RASTER = 2048; // px of a zoomed picture's longer side: regions are painted no finer, which bounds the memory

/**
 * The drawing area: a canvas with the part of the picture in sight, and one over it with what is selected and what the
 * tool shows. That one is painted at every move of the pointer, the picture where it changed.
 */
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
    this.overlay = element("canvas", { class: "flux-regions-overlay", "aria-hidden": "true" });
    this.prompt = new InplacePrompt(this.view, state, focus);
    this.root = element("div", { class: "flux-regions-stage" }, this.canvas, this.overlay, this.prompt.root);
    this.picture = new Picture(this.canvas);
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
      this.input.followState();
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

  /** Lay the canvases over the part of the picture in sight. */
  fit() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return; // out of sight, as while a value cannot be read: it keeps its size
    this.view.fitInto(clientWidth, clientHeight, this.state.aspect);
    const { left, top, width, height } = this.view.visible;
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    const [columns, rows] = [Math.floor(width * scale), Math.floor(height * scale)];
    for (const canvas of [this.canvas, this.overlay]) {
      // To set them empties the canvas, also where they are the same.
      if (canvas.width !== columns) canvas.width = columns;
      if (canvas.height !== rows) canvas.height = rows;
      for (const [side, length] of Object.entries({ left, top, width, height })) canvas.style[side] = `${length}px`;
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
    const { state } = this;
    const place = this.#place();
    this.picture.update(state, place);
    const { left, top, width, height, scale } = place;
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, this.overlay.width, this.overlay.height);
    context.save();
    context.translate(-left, -top);
    if (!state.showsBare)
      for (const region of state.selected) paintSelection(context, region, state, width, height, scale);
    this.input.paint(context, width, height, scale);
    context.restore();
  }

  /** @returns {import("./picture.js").PicturePlace} */
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
