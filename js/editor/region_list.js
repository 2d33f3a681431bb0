/**
 * @import { Region } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 */

import { reorderRegion, updateRegion } from "../core/actions.js";
import { regionLabel } from "../core/region.js";
import { textColorOn } from "./color.js";
import { addCopies, deleteRegions } from "./commands.js";
import { button, element } from "./elements.js";
import { ICONS, icon } from "./icons.js";

const DRAGGED_REGION = "application/x-flux-region";
const DROP_LINES = ["flux-regions-drop-above", "flux-regions-drop-below"];

/** Of the region whose row is being dragged: what is dragged cannot be read before it is dropped. */
let draggedId = "";

/** Steps in drawing order; the list shows the topmost first. */
const ROW_STEPS = { ArrowUp: 1, ArrowDown: -1 };

/** Of all options there have been, for ids that are on the page once. */
let optionCount = 0;

/**
 * The regions, topmost first: choose, show, lock, reorder (also by dragging), duplicate, delete. For whoever uses the
 * keyboard it is a listbox of the names, and the buttons of the selected row.
 *
 * @param {EditorState} state
 * @param {(event: KeyboardEvent) => void} onDrawingKey what the keys do in the drawing area; they do it here, too
 * @param {() => void} focusPrompt goes to the selected region's prompt, as a double-click on its row does
 */
export function regionList(state, onDrawingKey, focusPrompt) {
  const listbox = element("div", {
    class: "flux-regions-listbox",
    role: "listbox",
    tabindex: "0",
    "aria-label": "Regions, topmost first",
    "aria-multiselectable": "true",
    onkeydown: (event) => {
      if (ROW_STEPS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        chooseNeighbour(state, ROW_STEPS[event.key], event.shiftKey);
        event.preventDefault();
      } else onDrawingKey(event);
    },
  });
  const root = element("div", {
    class: "flux-regions-list",
    ondblclick: (event) => event.target.closest(".flux-regions-option") && focusPrompt(),
  });
  let entries = new Map(); // id -> {region, row, setPlace}: a row is built anew only when its region changed
  let shown = { selection: "", index: -1, count: 0 };
  let chainedRows = { regions: null, rows: [] };
  const update = () => {
    const regions = state.document.regions;
    const count = regions.length;
    const oldEntries = entries;
    const selected = new Set(state.selection);
    entries = new Map(
      regions.map((region, index) => {
        const entry = oldEntries.get(region.id);
        const current = entry?.region === region ? entry : { region, ...rowOf(state, region) };
        current.setPlace(index, count, selected.has(region.id), state.chained.length);
        return [region.id, current];
      }),
    );
    const rows = [...entries.values()].reverse().map(({ row }) => row);
    if (chainedRows.regions !== state.chained) {
      chainedRows = { regions: state.chained, rows: state.chained.map(chainedRow).reverse() };
    }
    if (count + chainedRows.rows.length > 0) showRows(root, [listbox, ...rows, ...chainedRows.rows]);
    const optionIds = rows.map((row) => row.firstElementChild.id).join(" ");
    if (listbox.getAttribute("aria-owns") !== optionIds) listbox.setAttribute("aria-owns", optionIds);
    const active = entries.get(state.selection[0])?.row.firstElementChild.id ?? "";
    listbox.setAttribute("aria-activedescendant", active);
    if (count + chainedRows.rows.length === 0) {
      root.replaceChildren(element("p", {}, "No regions yet: draw one on the picture, or choose a template."));
    }
  };
  const reveal = () => {
    const { regions } = state.document;
    const [id] = state.selection;
    const now = {
      selection: state.selection.join(),
      index: regions.findIndex((region) => region.id === id),
      count: regions.length,
    };
    const hasMoved = now.index !== shown.index && now.count === shown.count;
    if (now.selection !== shown.selection || hasMoved) scrollTo(root, entries.get(id)?.row);
    shown = now;
  };
  return { root, update, reveal };
}

/** The focus stays where it was, also when its row is another element now. */
function showRows(root, rows) {
  const children = [...root.children];
  if (rows.length === children.length && rows.every((row, index) => row === children[index])) return;
  const focused = document.activeElement;
  const name = focused instanceof HTMLElement && root.contains(focused) ? focused.dataset.focus : null;
  const hadFocus = focused === rows[0];
  // Only what is new is put in and only what is old taken out: with hundreds of rows all of them take long.
  const shown = new Set(/** @type {Element[]} */ (rows));
  for (const child of children) if (!shown.has(child)) child.remove();
  let next = root.firstElementChild;
  for (const row of rows) {
    if (row === next) next = next.nextElementSibling;
    else root.insertBefore(row, next);
  }
  if (hadFocus) rows[0].focus({ preventScroll: true });
  else if (name) root.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
}

/**
 * @param {EditorState} state
 * @param {Region} region
 * @returns {{row: HTMLElement, setPlace: (index: number, count: number, isSelected: boolean, numbersBefore: number) => void}}
 *   setPlace: where it now stands in drawing order, among how many, and how many are counted before all of them
 */
function rowOf(state, region) {
  const { id, visible, locked } = region;
  const place = { index: -1, count: -1, isSelected: null, numbersBefore: -1 };
  const draggedIndex = ({ dataTransfer }) => {
    if (!dataTransfer.types.includes(DRAGGED_REGION)) return -1;
    return state.document.regions.findIndex((candidate) => candidate.id === draggedId);
  };
  const change = (fields, label) => state.commit(updateRegion(state.document, id, fields), label);
  const move = (step) => state.commit(reorderRegion(state.document, id, place.index + step), "Reorder region");
  const action = (outline, verb, hint, act) => {
    return { verb, hint, button: button(icon(outline), verb, act, { "data-focus": `${id} ${verb}` }) };
  };
  const forward = action(ICONS.forward, "Bring forward", "(Page Up)", () => move(1));
  const backward = action(ICONS.backward, "Send backward", "(Page Down)", () => move(-1));
  const actions = [
    visible
      ? action(ICONS.visible, "Hide", "and leave it out of the picture", () =>
          change({ visible: false }, "Hide region"),
        )
      : action(ICONS.hidden, "Show", "", () => change({ visible: true }, "Show region")),
    locked
      ? action(ICONS.locked, "Unlock", "", () => change({ locked: false }, "Unlock region"))
      : action(ICONS.unlocked, "Lock", "so that it is neither moved nor drawn in", () =>
          change({ locked: true }, "Lock region"),
        ),
    forward,
    backward,
    action(ICONS.duplicate, "Duplicate", "(Ctrl+D)", () => addCopies(state, [id])),
    action(ICONS.remove, "Delete", "(Delete)", () => deleteRegions(state, [id])),
  ];
  const { badge, title } = faceOf(region);
  const option = element(
    "div",
    { class: "flux-regions-option", role: "option", id: `flux-regions-option-${(optionCount += 1)}` },
    badge,
    title,
  );
  const row = element(
    "div",
    {
      class: "flux-regions-row",
      role: "none",
      draggable: "true",
      onclick: (event) => {
        if (event.target.closest("button")) return;
        choose(state, id, event.shiftKey || event.ctrlKey || event.metaKey);
      },
      ondragstart: (event) => {
        draggedId = id;
        event.dataTransfer.setData(DRAGGED_REGION, id);
      },
      ondragover: (event) => {
        const from = draggedIndex(event);
        if (from < 0) return;
        event.preventDefault();
        row.classList.toggle("flux-regions-drop-above", from < place.index);
        row.classList.toggle("flux-regions-drop-below", from > place.index);
      },
      ondragleave: () => row.classList.remove(...DROP_LINES),
      ondrop: (event) => {
        row.classList.remove(...DROP_LINES);
        if (draggedIndex(event) < 0) return;
        event.preventDefault();
        event.stopPropagation();
        state.commit(reorderRegion(state.document, draggedId, place.index), "Reorder region");
      },
    },
    option,
    ...actions.map((entry) => entry.button),
  );
  const setPlace = (index, count, isSelected, numbersBefore) => {
    if (place.index !== index || place.numbersBefore !== numbersBefore) {
      const label = regionLabel(numbersBefore + index, region.name);
      badge.textContent = String(numbersBefore + index + 1);
      option.setAttribute("aria-label", region.name ? label : `${label} ${region.prompt || "without a prompt"}`);
      for (const { verb, hint, button: face } of actions) {
        face.setAttribute("aria-label", `${verb} ${label}`);
        face.title = `${verb} ${label} ${hint}`.trim();
      }
    }
    if (place.index !== index || place.count !== count) {
      forward.button.disabled = index === count - 1;
      backward.button.disabled = index === 0;
    }
    if (place.isSelected !== isSelected) {
      option.setAttribute("aria-selected", String(isSelected));
      row.classList.toggle("flux-regions-selected", isSelected);
      for (const entry of actions) entry.button.tabIndex = isSelected ? 0 : -1;
    }
    Object.assign(place, { index, count, isSelected, numbersBefore });
  };
  return { row, setPlace };
}

/** A region from another node, at this position among them: seen, not touched. */
function chainedRow(region, index) {
  const { badge, title } = faceOf(region);
  badge.textContent = String(index + 1);
  const hint = "From another node: it is edited there";
  const lock = element("span", { class: "flux-regions-chained-lock", title: hint }, icon(ICONS.locked));
  return element("div", { class: "flux-regions-row flux-regions-chained", title: hint }, badge, title, lock);
}

/** The number's badge, still empty, and what the region is called. */
function faceOf(region) {
  const text = region.name || region.prompt || "(no prompt)";
  const badge = element("span", {
    class: "flux-regions-badge",
    style: `background:${region.colour};color:${textColorOn(region.colour)}`,
  });
  return { badge, title: element("span", { class: "flux-regions-title", dir: "auto", title: text }, text) };
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

/** The row above or below the selected one; at the end of the list it stays. */
function chooseNeighbour(state, step, joins) {
  const regions = state.document.regions;
  const current = regions.findIndex((region) => region.id === state.selection.at(-1));
  const next = current < 0 ? (step > 0 ? 0 : regions.length - 1) : current + step;
  if (next < 0 || next >= regions.length) return;
  const { id } = regions[next];
  state.select(joins ? [...state.selection.filter((selected) => selected !== id), id] : [id]);
}
