import { clearRegions } from "../core/actions.js";
import { emptyDocument, fitted, parseDocument, stringifyDocument } from "../core/document.js";
import { History } from "../core/history.js";

export const SMALLEST_BRUSH = 0.005;
export const LARGEST_BRUSH = 0.5;

/**
 * What is being edited and how: the document with its history, the selection, the tool. Every view of one node shares it.
 *
 * Events: "change" (the document, the selection or a setting is another one), "draft" (a drag is under way: only the drawing
 * changes), "commit" (the value is another one; not sent when the host itself sets it).
 */
export class Session extends EventTarget {
  constructor() {
    super();
    this.history = new History(emptyDocument());
    this.text = stringifyDocument(this.history.document);
    this.error = null; // why the value cannot be shown; then `text` is kept as it came
    this.draft = null; // the document as a drag would leave it
    this.selection = [];
    this.tool = "rect"; // select, rect, ellipse, polygon, brush or eraser
    this.mode = "new"; // what a drawn shape does: "new" region, "add" to the selected one, or "subtract" from it
    this.brush = 0.08; // diameter, a fraction of the shorter side
    this.showTokens = false;
    this.width = this.height = 1024;
    this.backdrop = null; // {image: CanvasImageSource}
    this.backdropChoice = "auto";
  }

  /** The document to show. */
  get document() {
    return this.draft ?? this.history.document;
  }

  get aspect() {
    return this.width / this.height;
  }

  /** The selected regions, in drawing order. */
  get selected() {
    return this.document.regions.filter((region) => this.selection.includes(region.id));
  }

  /** The value for the host: a JSON string, or whatever text came that could not be read. */
  getValue() {
    return this.text;
  }

  /** Take a value from the host: from a file, an undo of the graph, a paste. A bad one is kept and explained. */
  setValue(text) {
    const value = typeof text === "string" ? text : JSON.stringify(text ?? "");
    if (value === this.text && !this.error) return;
    this.draft = null;
    try {
      this.history.reset(parseDocument(value));
      this.error = null;
      this.text = value;
      this.#forgetMissing();
    } catch (error) {
      this.error = error.message;
      this.text = value;
    }
    this.#tell("change");
  }

  /** Give up an unreadable value and begin with an empty document. */
  startOver() {
    this.error = null;
    this.history.reset(clearRegions(emptyDocument()));
    this.#stored();
  }

  /**
   * Make `document` the current one, as one step of the history. Edits with the same mergeKey in quick succession are one step.
   */
  commit(document, label, mergeKey = "") {
    this.draft = null;
    if (document === this.history.document || this.error) return this.#tell("change");
    this.history.commit(fitted(document), label, mergeKey);
    this.#stored();
  }

  /** Show a document that a drag would lead to, without storing it; null ends that. */
  sketch(document) {
    this.draft = document;
    this.#tell("draft");
  }

  undo() {
    this.draft = null;
    if (!this.history.canUndo) return;
    this.history.undo();
    this.#stored();
  }

  redo() {
    this.draft = null;
    if (!this.history.canRedo) return;
    this.history.redo();
    this.#stored();
  }

  select(ids) {
    this.selection = [...ids];
    this.#tell("change");
  }

  /** Change settings of the editor that are not part of the value. */
  set(settings) {
    Object.assign(this, settings);
    this.#tell("change");
  }

  setBrush(diameter) {
    this.set({ brush: Math.min(LARGEST_BRUSH, Math.max(SMALLEST_BRUSH, diameter)) });
  }

  /** width, height: the picture's, in pixels. The drawing is in fractions of it and stays as it is. */
  setSize(width, height) {
    if (!(width > 0 && height > 0) || (width === this.width && height === this.height)) return;
    this.set({ width, height });
  }

  #stored() {
    this.text = stringifyDocument(this.history.document);
    this.#forgetMissing();
    this.#tell("change");
    this.#tell("commit");
  }

  #forgetMissing() {
    const known = new Set(this.document.regions.map((region) => region.id));
    this.selection = this.selection.filter((id) => known.has(id));
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
