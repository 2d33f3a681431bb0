/**
 * @import { Region, RegionDocument } from "../core/document.js"
 * @import { Tool } from "./tools/index.js"
 */

import { DocumentValue } from "../core/document_value.js";
import { rect } from "./tools/rect.js";

export const MIN_BRUSH = 0.005;
export const MAX_BRUSH = 0.5;

/**
 * How a document is being edited: what is selected, with which tool, under what a drag would leave. Every view of one node
 * shares it.
 *
 * Events: "change" (the document, the selection or a setting is another one), "draft" (a drag is under way: only the
 * drawing changes), "commit" (the value is another one; not sent when the host itself sets it), "drawn" (a shape has become a
 * new region, which is selected and has no prompt yet).
 */
export class EditorState extends EventTarget {
  value = new DocumentValue();

  /**
   * Regions from other nodes, as the last run found them: below those of the document, and counted before them.
   *
   * @type {readonly Region[]}
   */
  chained = [];

  /**
   * The document as a drag would leave it.
   *
   * @type {RegionDocument | null}
   */
  draft = null;

  /**
   * Ids of the draft's regions whose last shape gets further points in place, as a stroke under the pen does: whoever
   * paints them has only the new points to paint.
   *
   * @type {string[]}
   */
  growing = [];

  /**
   * Ids of regions.
   *
   * @type {string[]}
   */
  selection = [];

  /** @type {Tool} */
  tool = rect;

  /**
   * The host's LoRA files.
   *
   * @type {() => Promise<string[]>}
   */
  listLoras = async () => [];

  /**
   * The host's reader of region text, see js/host/region_text.js.
   *
   * @type {(text: string, width: number, height: number) => Promise<string>}
   */
  readText = async () => {
    throw new Error("Region text is read by ComfyUI only.");
  };

  /**
   * A sentence on what just did not work; it goes with the next edit.
   *
   * @type {string | null}
   */
  message = null;

  /** What a drawn shape does: "new" region, "add" to the selected one, or "subtract" from it. */
  mode = "new";

  /** The brush's diameter, a fraction of the shorter side. */
  brush = 0.08;

  showTokens = false;

  /** Whether what is dragged snaps to the canvas's lines and to other regions. */
  snaps = true;

  /** How much the backdrop is seen, 0 to 1. */
  backdropOpacity = 1;

  /** Whether it is shown for now without the regions. */
  showsBare = false;

  /** The picture's size, in pixels. */
  width = 1024;
  height = 1024;

  /**
   * The picture under the regions.
   *
   * @type {{image: HTMLImageElement} | null}
   */
  backdrop = null;

  /** Which one that is to be: "auto" (the newest), "input", "result", "dropped" or "none". */
  backdropChoice = "auto";

  /** The document to show. */
  get document() {
    return this.draft ?? this.value.document;
  }

  /**
   * All regions to see, in drawing order; the same list until one is another.
   *
   * @returns {readonly Region[]}
   */
  get shownRegions() {
    const { chained } = this;
    const { regions } = this.document;
    if (chained.length === 0) return regions;
    if (this.#shown?.chained !== chained || this.#shown.regions !== regions) {
      this.#shown = { chained, regions, all: [...chained, ...regions] };
    }
    return this.#shown.all;
  }

  /** @type {{chained: readonly Region[], regions: Region[], all: Region[]} | null} */
  #shown = null;

  get aspect() {
    return this.width / this.height;
  }

  /** The selected regions, in drawing order. */
  get selected() {
    return this.document.regions.filter((region) => this.selection.includes(region.id));
  }

  /** @returns {object} what the editor of the node that follows this one needs, to go on as if it were the same */
  remember() {
    const { value, selection, tool, mode, brush, showTokens, snaps, backdropChoice, backdropOpacity, chained } = this;
    const settings = { selection, tool, mode, brush, showTokens, snaps, backdropChoice, backdropOpacity, chained };
    return { value, settings };
  }

  /**
   * Go on where another editor of the same node was, if its value was once the one that this one has.
   *
   * @param {ReturnType<EditorState["remember"]>} memory
   * @returns {boolean} whether it does
   */
  recall({ value, settings }) {
    if (!this.value.continueFrom(value)) return false;
    Object.assign(this, settings);
    this.#pruneSelection();
    this.#emit("change");
    return true;
  }

  /** @param {unknown} text from the host, see DocumentValue.read */
  setText(text) {
    if (!this.value.read(text)) return;
    this.#dropDraft();
    this.#pruneSelection();
    this.#emit("change");
  }

  /** @param {string} text from a run, see DocumentValue.fill */
  fill(text) {
    if (!this.value.fill(text)) return;
    this.selection = [];
    this.#announceValue();
  }

  /** Give up an unreadable value and begin with an empty document. */
  startOver() {
    this.value.startOver();
    this.#announceValue();
  }

  /**
   * Make a document the current one, as one step of the history.
   *
   * @param {RegionDocument} doc
   * @param {string} label of the step
   * @param {string} [mergeKey] edits of the same key in quick succession are one step
   * @param {string[]} [selection] ids of what is selected from then on
   */
  commit(doc, label, mergeKey = "", selection = this.selection) {
    this.selection = [...selection];
    if (this.value.commit(doc, label, mergeKey)) return this.#announceValue();
    this.#dropDraft();
    this.#emit("change");
  }

  /**
   * Show a document that a drag would lead to, without storing it; null ends that.
   *
   * @param {RegionDocument | null} doc
   * @param {string[]} [growing] see there
   */
  setDraft(doc, growing = []) {
    this.draft = doc;
    this.growing = growing;
    this.#emit("draft");
  }

  /** Ask for the words of a region that has just been drawn. */
  announceDrawn() {
    this.#emit("drawn");
  }

  undo() {
    if (this.value.undo()) this.#announceValue();
  }

  redo() {
    if (this.value.redo()) this.#announceValue();
  }

  /**
   * @param {Region} region of the document
   * @returns {number} what people call it, from 1
   */
  numberOf(region) {
    return this.chained.length + this.document.regions.indexOf(region) + 1;
  }

  /** @param {readonly Region[]} chained see there */
  setChained(chained) {
    this.set({ chained });
  }

  /** @param {boolean} showsBare see there */
  showBare(showsBare) {
    if (showsBare !== this.showsBare) this.set({ showsBare });
  }

  /** @param {string | null} message see there */
  say(message) {
    this.set({ message });
  }

  /** @param {string[]} ids */
  select(ids) {
    this.selection = [...ids];
    this.#emit("change");
  }

  /**
   * Change settings of the editor that are not part of the value.
   *
   * @param {Partial<EditorState>} settings
   */
  set(settings) {
    Object.assign(this, settings);
    this.#emit("change");
  }

  /** @param {number} diameter brought into its range */
  setBrush(diameter) {
    this.set({ brush: Math.min(MAX_BRUSH, Math.max(MIN_BRUSH, diameter)) });
  }

  /**
   * The drawing is in fractions of the picture and stays as it is.
   *
   * @param {number} width of the picture, in pixels
   * @param {number} height
   */
  setSize(width, height) {
    if (!(width > 0 && height > 0) || (width === this.width && height === this.height)) return;
    this.set({ width, height });
  }

  #dropDraft() {
    this.draft = null;
    this.growing = [];
  }

  /** After the value has become another one by an edit or a run. */
  #announceValue() {
    this.#dropDraft();
    this.message = null;
    this.#pruneSelection();
    this.#emit("change");
    this.#emit("commit");
  }

  #pruneSelection() {
    const ids = new Set(this.document.regions.map((region) => region.id));
    this.selection = this.selection.filter((id) => ids.has(id));
  }

  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}
