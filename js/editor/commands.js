/**
 * Edits that can be asked for in more than one way: by a button and by a key.
 *
 * @import { EditorState } from "./editor_state.js"
 */

import { pasteRegions } from "../core/clipboard.js";
import { duplicateRegions, fillRest, removeRegions } from "../core/actions.js";

/**
 * A region of all that is in no other, selected.
 *
 * @param {EditorState} state
 */
export function addRestRegion(state) {
  const { doc, id } = fillRest(state.document);
  state.commit(doc, "Fill rest", "", [id]);
}

/**
 * Copies of some regions, a little aside, selected.
 *
 * @param {EditorState} state
 * @param {string[]} ids
 */
export function addCopies(state, ids) {
  const copies = duplicateRegions(state.document, ids);
  state.commit(copies.doc, "Duplicate region", "", copies.ids);
}

/**
 * The regions of a text on top of those that are there, selected.
 *
 * @param {EditorState} state
 * @param {string} text
 * @returns {boolean} whether it holds any
 */
export function addPasted(state, text) {
  const pasted = pasteRegions(state.document, text);
  if (!pasted) return false;
  state.commit(pasted.doc, "Paste regions", "", pasted.ids);
  return true;
}

/**
 * @param {EditorState} state
 * @param {string[]} ids
 */
export function deleteRegions(state, ids) {
  state.commit(removeRegions(state.document, ids), "Delete region");
}
