import { element } from "./elements.js";
import { fields } from "./fields.js";
import { keyboard } from "./keyboard.js";
import { notices } from "./notices.js";
import { regionList } from "./region_list.js";
import { Stage } from "./stage.js";
import { toolbar } from "./toolbar.js";

/** One view of a session: toolbar, drawing area, notices, list of regions, fields. Two views may share a session. */
export class Editor {
  /** popOut: opens the large editor, or null. */
  constructor(session, popOut = null) {
    loadStyle();
    this.session = session;
    this.stage = new Stage(session, () => this.focus());
    this.keys = keyboard(session, {
      cancel: () => this.stage.cancel(),
      closePolygon: () => this.#closePolygon(),
      focusPrompt: () => this.parts.fields.focusPrompt(),
    });
    this.parts = {
      toolbar: toolbar(session, popOut),
      notices: notices(session),
      list: regionList(session),
      fields: fields(session),
    };
    const { toolbar: tools, notices: notes, list, fields: typed } = this.parts;
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
        tools.root,
        element("div", { class: "flux-regions-drawing" }, this.stage.root, this.keys),
        element("div", { class: "flux-regions-panel" }, notes.root, list.root, typed.root),
      ),
    );
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    for (const name of ["keyup", "copy", "cut", "paste"])
      this.root.addEventListener(name, (event) => event.stopPropagation());
    this.root.addEventListener("click", (event) => this.#afterClick(event));
    this.root.addEventListener("focus", () => this.focus()); // a click beside the fields
    this.root.addEventListener("wheel", (event) => this.#onWheel(event));
    this.root.addEventListener("dragover", (event) => isFile(event) && event.preventDefault());
    this.root.addEventListener("drop", (event) => this.#onDrop(event));
    this.update = () => this.#update();
    session.addEventListener("change", this.update);
    this.#update();
  }

  remove() {
    this.session.removeEventListener("change", this.update);
    this.stage.remove();
    this.root.remove();
  }

  /** Give the keyboard to the drawing area. */
  focus() {
    this.keys.focus({ preventScroll: true });
  }

  #update() {
    this.root.classList.toggle("flux-regions-unreadable", this.session.error !== null);
    for (const part of Object.values(this.parts)) part.update();
  }

  #closePolygon() {
    const drawing = this.stage.polygon.points.length > 0;
    if (drawing) this.stage.polygon.close();
    return drawing;
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
    if (this.session.error) return; // the text being mended has an undo of its own
    if (key === "z" && !event.shiftKey) this.session.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.session.redo();
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
      const scrolls = under.matches("textarea, .flux-regions-panel, .flux-regions-list, .flux-regions-notices");
      if (scrolls && under.scrollHeight > under.clientHeight) return event.stopPropagation();
    }
  }

  #onDrop(event) {
    const file = isFile(event) ? [...event.dataTransfer.files].find((one) => one.type.startsWith("image/")) : null;
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    this.root.dispatchEvent(new CustomEvent("flux-regions-file", { bubbles: true, detail: file }));
  }
}

function isFile(event) {
  return event.dataTransfer?.types.includes("Files");
}

function loadStyle() {
  const address = new URL("./editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: address }));
}
