/**
 * What an editor's view knows beside its value (its undo, tool, selection, backdrop): an undo of the graph and a change
 * of tabs make the node anew, and its editor goes on where the one before was.
 */

import { activeTab, placeOf } from "./workflow_tab.js";

/** @type {WeakMap<object, Map<string, object>>} by tab and place */
const memories = new WeakMap();

/**
 * @param {object} node
 * @param {(memory: object) => void} recall called once, with what there is, when the node's place is certain
 * @returns {{follow: () => void, keep: (memory: object) => void}} follow: to be called now and then; keep: when the node
 *   goes
 */
export function editorMemory(node, recall) {
  let seen = null;
  let isCertain = false;
  const follow = () => {
    if (isCertain) return;
    const now = { tab: activeTab(), place: placeOf(node) };
    // While a tab opens, its graph is there before it is in front.
    isCertain = Boolean(now.tab && now.place) && seen?.tab === now.tab && seen.place === now.place;
    seen = now;
    const memory = isCertain ? memories.get(now.tab)?.get(now.place) : undefined;
    if (memory) recall(memory);
  };
  const keep = (memory) => {
    if (!isCertain) return; // what the editor before this one has left is still to be recalled
    const ofTab = memories.get(seen.tab) ?? new Map();
    memories.set(seen.tab, ofTab.set(seen.place, memory));
  };
  return { follow, keep };
}
