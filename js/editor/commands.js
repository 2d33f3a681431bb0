/**
 * Edits that can be asked for in more than one way: by a button and by a key.
 *
 * @import { EditorState } from "./editor_state.js"
 */

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
 * @param {EditorState} state
 * @param {string[]} ids
 */
export function deleteRegions(state, ids) {
  state.commit(removeRegions(state.document, ids), "Delete region");
}
