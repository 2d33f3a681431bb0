/**
 * @import { Region } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 */

import { reorderRegion, updateRegion } from "../core/actions.js";
import { textColorOn } from "./color.js";
import { addCopies, deleteRegions } from "./commands.js";
import { button, element } from "./elements.js";
import { ICONS, icon } from "./icons.js";

const DRAGGED_REGION = "application/x-flux-region";

/**
 * The regions, topmost first, as a listbox: choose, show, lock, reorder (also by dragging), duplicate, delete.
 *
 * @param {EditorState} state
 */
export function regionList(state) {
  const root = element("div", {
    class: "flux-regions-list",
    role: "listbox",
    "aria-label": "Regions, topmost first",
    "aria-multiselectable": "true",
  });
  let entries = new Map(); // id -> {region, index, count, row}: a row is built anew only when its region changed
  let shownSelection = "";
  const update = () => {
    const regions = state.document.regions;
    const count = regions.length;
    const oldEntries = entries;
    entries = new Map(
      regions.map((region, index) => {
        const entry = oldEntries.get(region.id);
        const isCurrent = entry?.region === region && entry.index === index && entry.count === count;
        return [region.id, isCurrent ? entry : { region, index, count, row: rowOf(state, region, index) }];
      }),
    );
    showRows(
      root,
      [...entries.values()].reverse().map(({ row }) => row),
    );
    for (const [id, { row }] of entries) row.setAttribute("aria-selected", String(state.selection.includes(id)));
    const selection = state.selection.join();
    if (selection !== shownSelection) scrollTo(root, entries.get(state.selection[0])?.row);
    shownSelection = selection;
    if (count === 0) {
      root.replaceChildren(element("p", {}, "No regions yet: draw one on the picture, or choose a template."));
    }
  };
  return { root, update };
}

/** The focus stays where it was, also when its row is another element now. */
function showRows(root, rows) {
  const isCurrent = rows.length === root.children.length && rows.every((row, i) => row === root.children[i]);
  if (isCurrent) return;
  const focused = document.activeElement;
  const name = focused instanceof HTMLElement && root.contains(focused) ? focused.dataset.focus : null;
  root.replaceChildren(...rows);
  if (name) root.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus();
}

/**
 * @param {EditorState} state
 * @param {Region} region
 * @param {number} index
 */
function rowOf(state, region, index) {
  const { id, visible, locked } = region;
  const change = (fields, label) => state.commit(updateRegion(state.document, id, fields), label);
  const move = (step) => state.commit(reorderRegion(state.document, id, index + step), "Reorder region");
  const action = (outline, label, act, disabled = false) => {
    const onclick = (event) => (event.stopPropagation(), act());
    return button(icon(outline), label, onclick, { "data-focus": `${id} ${label}`, disabled });
  };
  const actions = [
    visible
      ? action(ICONS.visible, "Hide: leave it out of the picture", () => change({ visible: false }, "Hide region"))
      : action(ICONS.hidden, "Show", () => change({ visible: true }, "Show region")),
    locked
      ? action(ICONS.locked, "Unlock", () => change({ locked: false }, "Unlock region"))
      : action(ICONS.unlocked, "Lock: neither move nor draw in it", () => change({ locked: true }, "Lock region")),
    action(ICONS.forward, "Bring forward (Page Up)", () => move(1), index === state.document.regions.length - 1),
    action(ICONS.backward, "Send backward (Page Down)", () => move(-1), index === 0),
    action(ICONS.duplicate, "Duplicate (Ctrl+D)", () => addCopies(state, [id])),
    action(ICONS.remove, "Delete (Delete)", () => deleteRegions(state, [id])),
  ];
  const badgeStyle = `background:${region.colour};color:${textColorOn(region.colour)}`;
  const row = element(
    "div",
    {
      class: "flux-regions-row",
      role: "option",
      tabindex: "0",
      draggable: "true",
      "data-focus": id,
      onclick: (event) => choose(state, id, event.shiftKey || event.ctrlKey || event.metaKey),
      onkeydown: (event) => {
        if (event.target !== row || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        choose(state, id, event.shiftKey);
      },
      ondragstart: (event) => event.dataTransfer.setData(DRAGGED_REGION, id),
      ondragover: (event) => event.dataTransfer.types.includes(DRAGGED_REGION) && event.preventDefault(),
      ondrop: (event) => {
        const dropped = event.dataTransfer.getData(DRAGGED_REGION);
        if (!dropped) return;
        event.preventDefault();
        event.stopPropagation();
        state.commit(reorderRegion(state.document, dropped, index), "Reorder region");
      },
    },
    element("span", { class: "flux-regions-badge", style: badgeStyle }, String(index + 1)),
    element("span", { class: "flux-regions-title" }, region.name || region.prompt || "(no prompt)"),
    ...actions,
  );
  return row;
}

/** Within the list only: the browser's own scrollIntoView would move the graph's page as well. */
function scrollTo(list, row) {
  if (!row) return;
  const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

function choose(state, id, joins) {
  const { selection } = state;
  if (!joins) state.select([id]);
  else state.select(selection.includes(id) ? selection.filter((selected) => selected !== id) : [...selection, id]);
}
