/** @import { EditorState } from "./editor_state.js" */

import { element } from "./elements.js";
import { fields } from "./fields.js";
import { keyboard } from "./keyboard.js";
import { notices } from "./notices.js";
import { regionList } from "./region_list.js";
import { Stage } from "./stage.js";
import { toolbar } from "./toolbar.js";

const SCROLLABLE = "textarea, .flux-regions-panel, .flux-regions-list, .flux-regions-notices";

/** One view of an editor's state: toolbar, drawing area, notices, list of regions, fields. Two views may share one. */
export class Editor {
  /**
   * @param {EditorState} state
   * @param {(() => void) | null} [openLarge] opens the large editor
   */
  constructor(state, openLarge = null) {
    loadStyle();
    this.state = state;
    this.stage = new Stage(state, () => this.focus());
    this.keys = keyboard(state, {
      cancel: () => this.stage.input.cancel(),
      finish: () => this.stage.input.finish(false),
      focusPrompt: () => this.parts.fields.focusPrompt(),
    });
    this.parts = {
      toolbar: toolbar(state, openLarge),
      notices: notices(state),
      list: regionList(state),
      fields: fields(state),
    };
    this.root = element(
      "div",
      {
        class: "flux-regions-editor",
        "data-capture-wheel": "true",
        tabindex: "-1",
        role: "group",
        "aria-label": "Region canvas",
      },
      element(
        "div",
        { class: "flux-regions-body" },
        this.parts.toolbar.root,
        element("div", { class: "flux-regions-drawing" }, this.stage.root, this.keys),
        element(
          "div",
          { class: "flux-regions-panel" },
          this.parts.notices.root,
          this.parts.list.root,
          this.parts.fields.root,
        ),
      ),
    );
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    for (const name of ["keyup", "copy", "cut", "paste"]) {
      this.root.addEventListener(name, (event) => event.stopPropagation());
    }
    this.root.addEventListener("click", (event) => this.#afterClick(event));
    this.root.addEventListener("focus", () => this.focus()); // a click beside the fields
    this.root.addEventListener("wheel", (event) => this.#onWheel(event));
    this.root.addEventListener("dragover", (event) => hasFile(event) && event.preventDefault());
    this.root.addEventListener("drop", (event) => this.#onDrop(event));
    this.onChange = () => this.#update();
    state.addEventListener("change", this.onChange);
    this.#update();
  }

  remove() {
    this.state.removeEventListener("change", this.onChange);
    this.stage.remove();
    this.root.remove();
  }

  /** Give the keyboard to the drawing area. */
  focus() {
    this.keys.focus({ preventScroll: true });
  }

  #update() {
    this.root.classList.toggle("flux-regions-unreadable", this.state.error !== null);
    for (const part of Object.values(this.parts)) part.update();
  }

  /** No key pressed in here is the graph's; undo and redo are ours, also while somebody types. */
  #onKey(event) {
    event.stopPropagation();
    if (event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "enter") {
      // Queue the picture: the graph's own shortcut, which we would have kept from it.
      event.stopImmediatePropagation();
      this.root.dispatchEvent(new CustomEvent("flux-regions-run", { bubbles: true }));
    }
    if (this.state.error) return; // the text being mended has an undo of its own
    if (key === "z" && !event.shiftKey) this.state.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.state.redo();
    else return;
    event.preventDefault();
  }

  /** After a button is clicked the keyboard belongs to the drawing area again, where Ctrl+Z is ours. */
  #afterClick(event) {
    if (event.detail > 0 && event.target.closest("button")) this.focus();
  }

  /** Once the editor is in use, what can scroll scrolls under the wheel; elsewhere the graph zooms. */
  #onWheel(event) {
    if (!this.root.contains(document.activeElement)) return;
    for (let under = event.target; under !== this.root; under = under.parentElement) {
      if (!under.matches(SCROLLABLE) || under.scrollHeight <= under.clientHeight) continue;
      event.stopPropagation();
      return;
    }
  }

  #onDrop(event) {
    const files = hasFile(event) ? [...event.dataTransfer.files] : [];
    const picture = files.find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    event.stopPropagation();
    this.root.dispatchEvent(new CustomEvent("flux-regions-file", { bubbles: true, detail: picture }));
  }
}

function hasFile(event) {
  return event.dataTransfer?.types.includes("Files");
}

function loadStyle() {
  const address = new URL("./editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: address }));
}
