/**
 * @import { EditorState } from "./editor_state.js"
 * @import { View } from "./view.js"
 */

import { updateRegion } from "../core/actions.js";
import { regionBounds } from "../core/region_area.js";
import { element, setValue } from "./elements.js";

/** CSS px: room for some words in a small region; of a large one, or one that is zoomed, the picture stays in sight. */
const WIDTH = { least: 120, most: 480 };
const HEIGHT = { least: 40, most: 140 };

/** A region's prompt, typed inside of the region. */
export class InplacePrompt {
  /** @type {string | null} the id of the region whose prompt is being typed */
  #id = null;

  /**
   * @param {View} view
   * @param {EditorState} state
   * @param {() => void} leave gives the keyboard back to the drawing area
   */
  constructor(view, state, leave) {
    this.view = view;
    this.state = state;
    this.root = element("textarea", {
      class: "flux-regions-inplace",
      hidden: true,
      placeholder: "What is in this region",
      spellcheck: "true",
      dir: "auto",
      oninput: () => this.#store(),
      onblur: () => this.#close(),
      onkeydown: (event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault(); // the large editor stays open
        event.stopPropagation();
        leave();
      },
      onpointerdown: (event) => event.button === 0 && event.stopPropagation(),
    });
  }

  /** @param {string} id of a region */
  open(id) {
    this.state.select([id]);
    this.#id = id;
    this.root.hidden = false;
    this.update();
    this.root.focus({ preventScroll: true });
    this.root.setSelectionRange(this.root.value.length, this.root.value.length);
  }

  /** Follow the region and its prompt. */
  update() {
    if (this.#id === null) return;
    const region = this.state.document.regions.find(({ id }) => id === this.#id);
    const bounds = region && regionBounds(region, this.state.aspect);
    if (!bounds) return this.#close();
    setValue(this.root, region.prompt);
    this.root.setAttribute("aria-label", `Prompt of region ${this.state.numberOf(region)}`);
    const { size, origin, visible } = this.view;
    const place = (low, high, whole, edge, first, room, { least, most }) => {
      const [start, end] = [Math.max(first, edge + low * whole), Math.min(first + room, edge + high * whole)];
      const length = Math.min(room, most, Math.max(least, end - start));
      return [Math.max(first, Math.min((start + end - length) / 2, first + room - length)), length];
    };
    const { left: x, top: y } = visible;
    const [left, width] = place(bounds.x0, bounds.x1, size.width, origin.x, x, visible.width, WIDTH);
    const [top, height] = place(bounds.y0, bounds.y1, size.height, origin.y, y, visible.height, HEIGHT);
    const pixels = { left, top, width, height };
    for (const [side, length] of Object.entries(pixels)) this.root.style[side] = `${length}px`;
  }

  #store() {
    const { state } = this;
    const prompt = this.root.value;
    state.commit(updateRegion(state.document, this.#id, { prompt }), "Change region", `${this.#id} prompt`);
  }

  #close() {
    this.#id = null;
    this.root.hidden = true;
  }
}
