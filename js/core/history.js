/** Undo and redo: the documents an artist went through. They share what did not change, so that many cost little. */

/** Two changes to the same thing within this time are one step: typing, nudging, dragging a slider. */
const MERGE_MILLISECONDS = 1000;

export class History {
  #states;
  #index = 0;
  #limit;
  #clock;
  /** What the latest commit may be merged with: {key, time}; nothing after an undo. */
  #lastCommit = null;

  /**
   * @param {object} document to begin with
   * @param {number} [limit] how many steps back are kept
   * @param {() => number} [clock] the time in milliseconds
   */
  constructor(document, limit = 200, clock = () => Date.now()) {
    this.#states = [{ document, label: "" }];
    this.#limit = limit;
    this.#clock = clock;
  }

  /** The document as it is now. */
  get document() {
    return this.#states[this.#index].document;
  }

  get canUndo() {
    return this.#index > 0;
  }

  get canRedo() {
    return this.#index < this.#states.length - 1;
  }

  /** What undo would take back, as its commit called it; "" when nothing. */
  get undoLabel() {
    return this.#states[this.#index].label;
  }

  /** What redo would do again; "" when nothing. */
  get redoLabel() {
    return this.#states[this.#index + 1]?.label ?? "";
  }

  /**
   * Makes a step to a new document; what was undone before can no longer be redone. The same document is no step.
   *
   * @param {object} document
   * @param {string} label what was done, for people
   * @param {string} [mergeKey] not empty: merged with the step before where that had the same key less than a second
   *   ago
   */
  commit(document, label, mergeKey = "") {
    if (document === this.document) return;
    const time = this.#clock();
    const merges =
      mergeKey !== "" && this.#lastCommit?.key === mergeKey && time - this.#lastCommit.time <= MERGE_MILLISECONDS;
    this.#states.length = merges ? this.#index : this.#index + 1;
    this.#states.push({ document, label });
    if (this.#states.length > this.#limit + 1) this.#states.shift();
    this.#index = this.#states.length - 1;
    this.#lastCommit = { key: mergeKey, time };
  }

  /** @returns {object} the document one step back; the same as before when there is none */
  undo() {
    if (this.canUndo) this.#index -= 1;
    this.#lastCommit = null;
    return this.document;
  }

  /** @returns {object} the document one step forth; the same as before when there is none */
  redo() {
    if (this.canRedo) this.#index += 1;
    this.#lastCommit = null;
    return this.document;
  }

  /**
   * Goes to the nearest step of a kind, if there is one.
   *
   * @param {(document: object) => boolean} isWanted
   * @returns {boolean} whether there is one
   */
  goTo(isWanted) {
    const indices = this.#states.map((_, index) => index);
    indices.sort((one, other) => Math.abs(one - this.#index) - Math.abs(other - this.#index));
    const index = indices.find((candidate) => isWanted(this.#states[candidate].document));
    if (index === undefined) return false;
    this.#index = index;
    this.#lastCommit = null;
    return true;
  }

  /**
   * Begins anew: no step leads back from here.
   *
   * @param {object} document
   */
  reset(document) {
    this.#states = [{ document, label: "" }];
    this.#index = 0;
    this.#lastCommit = null;
  }
}
