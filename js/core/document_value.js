/** @import { RegionDocument } from "./document.js" */

import { emptyDocument } from "./document.js";
import { parseDocument } from "./document_reader.js";
import { stringifyDocument } from "./document_writer.js";
import { fitToSize } from "./fitting.js";
import { History } from "./history.js";

/** A document as the host stores it, a JSON text, with the steps that led there. */
export class DocumentValue {
  history = new History(emptyDocument());

  /** For the host: the document as JSON, or whatever text came that could not be read. */
  text = stringifyDocument(this.history.document);

  /**
   * Why the text cannot be read; then it is kept as it came, and nothing is committed.
   *
   * @type {string | null}
   */
  error = null;

  /**
   * What a run last filled the document from, see regions/start_from.py. An undo of that takes back what it drew, not that
   * it was done: the same text must not fill it again.
   *
   * @type {string | undefined}
   */
  #startedFrom;

  /** @returns {RegionDocument} the last one that could be read, where there is an error */
  get document() {
    return this.history.document;
  }

  /** The text for a run: where the host has brought an older one back, with what has filled the document since. */
  get runText() {
    const isOlder = !this.error && this.#startedFrom !== this.document.started_from;
    return isOlder ? this.#written() : this.text;
  }

  /**
   * Take a text from the host: from a file, an undo of the graph, a paste. A bad one is kept and explained.
   *
   * @param {unknown} text
   * @returns {boolean} whether it is another one
   */
  read(text) {
    const value = typeof text === "string" ? text : JSON.stringify(text ?? "");
    if (value === this.text && !this.error) return false;
    this.text = value;
    try {
      this.history.reset(parseDocument(value));
      this.#startedFrom = this.document.started_from;
      this.error = null;
    } catch (error) {
      this.error = error.message;
    }
    return true;
  }

  /**
   * Take a text that a run has filled the document from; undo brings back what was there. The prompts around the regions
   * stay where it has none. A text that cannot be read, or that the document began with already, changes nothing.
   *
   * @param {string} text
   * @returns {boolean} whether it has changed anything
   */
  fill(text) {
    let doc;
    try {
      doc = parseDocument(text);
    } catch {
      return false; // the run has said so
    }
    if (doc.started_from === this.#startedFrom) return false;
    this.#startedFrom = doc.started_from;
    this.error = null;
    const { base_prompt, background_prompt } = this.document;
    const prompts = {
      base_prompt: doc.base_prompt || base_prompt,
      background_prompt: doc.background_prompt || background_prompt,
    };
    return this.commit({ ...doc, ...prompts }, "Start from the connected text");
  }

  /** Give up an unreadable text and begin with an empty document. */
  startOver() {
    this.error = null;
    this.#startedFrom = undefined;
    this.history.reset(emptyDocument());
    this.text = this.#written();
  }

  /**
   * Make a document the current one, as one step of the history.
   *
   * @param {RegionDocument} doc
   * @param {string} label of the step
   * @param {string} [mergeKey] edits of the same key in quick succession are one step
   * @returns {boolean} whether it is another one
   */
  commit(doc, label, mergeKey = "") {
    if (doc === this.document || this.error) return false;
    this.history.commit(fitToSize(doc), label, mergeKey);
    this.text = this.#written();
    return true;
  }

  /** @returns {boolean} whether there was a step to take back */
  undo() {
    if (!this.history.canUndo) return false;
    this.history.undo();
    this.text = this.#written();
    return true;
  }

  /** @returns {boolean} whether there was a step to do again */
  redo() {
    if (!this.history.canRedo) return false;
    this.history.redo();
    this.text = this.#written();
    return true;
  }

  /**
   * Go on with the history of another value of the same node, if that once had this document. The text stays as the host
   * wants it.
   *
   * @param {DocumentValue} other
   * @returns {boolean} whether it does
   */
  continueFrom(other) {
    if (this.error || this.history.canUndo || this.history.canRedo) return false;
    const drawing = (doc) => stringifyDocument({ ...doc, started_from: undefined });
    const own = drawing(this.document);
    if (!other.history.goTo((doc) => drawing(doc) === own)) return false;
    this.history = other.history;
    this.#startedFrom = other.#startedFrom;
    return true;
  }

  #written() {
    const isLatest = this.document.started_from === this.#startedFrom;
    return stringifyDocument(isLatest ? this.document : { ...this.document, started_from: this.#startedFrom });
  }
}
