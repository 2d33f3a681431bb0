/** @import { EditorState } from "./editor_state.js" */

import { arrangement } from "./arrangement.js";
import { element } from "./elements.js";
import { fields } from "./fields.js";
import { Incoming } from "./incoming.js";
import { keyboard, onDrawingKey } from "./keyboard.js";
import { onNavigationKey } from "./navigation.js";
import { notices } from "./notices.js";
import { regionList } from "./region_list.js";
import { Stage } from "./stage.js";
import { toolbar } from "./toolbar.js";

/** What people do to text with Ctrl: never the graph's while they type or draw. */
const TEXT_KEYS = new Set([..."acvxyz", "backspace", "delete", "arrowleft", "arrowright", "home", "end"]);

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
    const isLarge = openLarge === null;
    this.stage = new Stage(state, () => this.focus(), isLarge);
    this.incoming = new Incoming(state, {
      send: (name, file) => this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: file })),
      focus: () => this.focus(),
    });
    const keyTargets = {
      cancel: () => this.stage.input.cancel(),
      finish: () => this.stage.input.finish(false),
      focusPrompt: () => this.parts.fields.focusPrompt(),
      paste: (data) => this.incoming.paste(data),
      closesByEscape: isLarge,
      navigate: (key) => isLarge && onNavigationKey(this.stage.view, key),
    };
    this.keys = keyboard(state, keyTargets);
    this.parts = {
      toolbar: toolbar(state, this.incoming, openLarge, isLarge ? this.stage.view : null),
      notices: notices(state),
      list: regionList(state, (event) => onDrawingKey(state, keyTargets, event), keyTargets.focusPrompt),
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
        element("div", { class: "flux-regions-drawing" }, this.stage.root, this.keys, this.incoming.question),
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
    this.root.addEventListener("keyup", (event) => {
      if (event.key === " ") this.stage.view.hold(false);
      if (event.key.toLowerCase() === "h") state.showBare(false);
    });
    this.root.addEventListener("focusout", () => {
      this.stage.view.hold(false);
      state.showBare(false);
    });
    this.root.addEventListener("click", (event) => this.#afterClick(event));
    // A click beside the fields; later, since no row can be dragged where the press has moved the focus on.
    this.root.addEventListener("focus", () => setTimeout(() => document.activeElement === this.root && this.focus()));
    this.root.addEventListener("wheel", (event) => this.#onWheel(event));
    this.root.addEventListener("dragover", (event) => this.incoming.takes(event) && event.preventDefault());
    this.root.addEventListener("drop", (event) => this.incoming.drop(event));
    this.onChange = () => this.#update();
    this.onDrawn = () => this.isCovered || this.parts.fields.focusPrompt();
    this.isCovered = false;
    this.aspect = 0; // of the picture that the parts are arranged for
    this.resizing = new ResizeObserver(() => this.#arrange());
    this.resizing.observe(this.root);
    state.addEventListener("change", this.onChange);
    state.addEventListener("drawn", this.onDrawn);
    this.#update();
  }

  remove() {
    this.resizing.disconnect();
    this.state.removeEventListener("change", this.onChange);
    this.state.removeEventListener("drawn", this.onDrawn);
    this.stage.remove();
    this.parts.notices.remove();
    this.root.remove();
  }

  /** Give the keyboard to the drawing area. */
  focus() {
    this.keys.focus({ preventScroll: true });
  }

  /** @param {boolean} isCovered by another view of the same drawing: nobody sees what this one would show */
  setCovered(isCovered) {
    this.isCovered = isCovered;
    this.stage.setCovered(isCovered);
    this.#update();
  }

  #update() {
    if (this.isCovered) return;
    this.root.classList.toggle("flux-regions-unreadable", this.state.value.error !== null);
    if (this.aspect !== this.state.aspect) this.#arrange(); // else the page would be laid out at each edit
    const focused = document.activeElement;
    const hadFocus = this.root.contains(focused);
    for (const part of Object.values(this.parts)) part.update();
    this.parts.list.reveal(); // at the end: it asks for places, so that the page is laid out, which takes its time
    // What had the focus may be gone, as the field of a region that an undo took away: the next key is still ours.
    if (hadFocus && (!this.root.contains(document.activeElement) || focused.closest("[hidden]"))) this.focus();
  }

  /** So that the picture is as large as it can be. */
  #arrange() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const { aspect } = this.state;
    this.aspect = aspect;
    const { isBeside, panelWidth, leastPicture, picture, leastPanel } = arrangement({ width, height }, aspect);
    this.root.classList.toggle("flux-regions-beside", isBeside);
    for (const [name, length] of Object.entries({
      "panel-width": panelWidth,
      "least-picture": leastPicture,
      picture,
      "least-panel": leastPanel,
    })) {
      this.root.style.setProperty(`--${name}`, `${length}px`);
    }
  }

  /**
   * Keys without Ctrl are typed or drawn with, never the graph's; those with Ctrl that are not ours pass on to it.
   * Undo and redo are ours, also while somebody types.
   */
  #onKey(event) {
    const hasControl = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph"); // that one types @ and {
    const key = event.key.toLowerCase();
    const isPlain = !event.altKey && !event.shiftKey;
    const isDrawn = this.#isDrawnWith(event.target);
    const isOurs =
      event.defaultPrevented ||
      TEXT_KEYS.has(key) ||
      (key === "enter" && isPlain) ||
      (isDrawn && key.startsWith("arrow"));
    if (!hasControl || event.isComposing || isOurs) event.stopPropagation();
    if (event.isComposing) return;
    if (key === "escape" && !event.defaultPrevented && !isDrawn) {
      event.preventDefault(); // a field is left for the drawing; only there it closes the large editor
      this.focus();
    }
    if (!hasControl) return;
    if (key === "enter" && isPlain) {
      // Queue the picture: the graph's own shortcut, which we would have kept from it.
      event.stopImmediatePropagation();
      this.root.dispatchEvent(new CustomEvent("flux-regions-run", { bubbles: true }));
    }
    if (this.state.value.error) return; // the text being mended has an undo of its own
    if (event.altKey) return;
    if (key === "z" && !event.shiftKey) this.state.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.state.redo();
    else return;
    event.preventDefault();
  }

  /** Whether this is where the keys of the drawing area act. */
  #isDrawnWith(target) {
    return target === this.keys || target === this.root || this.parts.list.root.contains(target);
  }

  /** After a button or a row is clicked the keyboard belongs to the drawing area again, where Ctrl+Z is ours. */
  #afterClick(event) {
    if (event.detail > 0 && event.target.closest("button, .flux-regions-row")) this.focus();
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
}

function loadStyle() {
  const address = new URL("./editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: address }));
}
