import { duplicateRegions, removeRegions, reorderRegion, updateRegion } from "../core/actions.js";
import { button, element } from "./elements.js";
import { icon } from "./icons.js";
import { inkOn } from "./painting.js";

/** The regions, topmost first, as a listbox: choose, show, lock, reorder (also by dragging), duplicate, delete. */
export function regionList(session) {
  const root = element("div", {
    class: "flux-regions-list",
    role: "listbox",
    "aria-label": "Regions, topmost first",
    "aria-multiselectable": "true",
  });
  let rows = new Map(); // id -> {region, index, row}: a row is made anew only when its region changed
  let shown = "";
  const update = () => {
    const regions = session.document.regions;
    const kept = new Map();
    for (const [index, region] of regions.entries()) {
      const known = rows.get(region.id);
      const fits = known?.region === region && known.index === index && known.count === regions.length;
      kept.set(region.id, fits ? known : { region, index, count: regions.length, row: rowOf(session, region, index) });
    }
    const wanted = [...kept.values()].reverse().map(({ row }) => row);
    if (wanted.length !== root.children.length || wanted.some((row, i) => row !== root.children[i])) {
      const focused = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
      root.replaceChildren(...wanted);
      if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    }
    rows = kept;
    for (const [id, { row }] of rows) row.setAttribute("aria-selected", String(session.selection.includes(id)));
    const chosen = session.selection.join();
    if (chosen !== shown) scrollTo(root, rows.get(session.selection[0])?.row);
    shown = chosen;
    if (!wanted.length)
      root.replaceChildren(element("p", {}, "No regions yet: draw one on the picture, or choose a template."));
  };
  return { root, update };
}

function rowOf(session, region, index) {
  const change = (fields, label) => session.commit(updateRegion(session.document, region.id, fields), label);
  const move = (step) => session.commit(reorderRegion(session.document, region.id, index + step), "Reorder region");
  const last = index === session.document.regions.length - 1;
  const action = (face, label, act, attributes = {}) =>
    button(face, label, (event) => (event.stopPropagation(), act()), {
      "data-focus": `${region.id} ${label}`,
      ...attributes,
    });
  const row = element(
    "div",
    {
      class: "flux-regions-row",
      role: "option",
      tabindex: "0",
      draggable: "true",
      "data-focus": region.id,
      onclick: (event) => choose(session, region.id, event.shiftKey || event.ctrlKey || event.metaKey),
      onkeydown: (event) => {
        if (event.target !== row || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        choose(session, region.id, event.shiftKey);
      },
      ondragstart: (event) => event.dataTransfer.setData("application/x-flux-region", region.id),
      ondragover: (event) => event.dataTransfer.types.includes("application/x-flux-region") && event.preventDefault(),
      ondrop: (event) => {
        const moved = event.dataTransfer.getData("application/x-flux-region");
        if (!moved) return;
        event.preventDefault();
        event.stopPropagation();
        session.commit(reorderRegion(session.document, moved, index), "Reorder region");
      },
    },
    element(
      "span",
      { class: "flux-regions-badge", style: `background:${region.colour};color:${inkOn(region.colour)}` },
      String(index + 1),
    ),
    element("span", { class: "flux-regions-title" }, region.name || region.prompt || "(no prompt)"),
    action(
      icon(region.visible ? "visible" : "hidden"),
      region.visible ? "Hide: leave it out of the picture" : "Show",
      () => change({ visible: !region.visible }, region.visible ? "Hide region" : "Show region"),
    ),
    action(
      icon(region.locked ? "locked" : "unlocked"),
      region.locked ? "Unlock" : "Lock: neither move nor draw in it",
      () => change({ locked: !region.locked }, region.locked ? "Unlock region" : "Lock region"),
    ),
    action(icon("forward"), "Bring forward (Page Up)", () => move(1), { disabled: last }),
    action(icon("backward"), "Send backward (Page Down)", () => move(-1), { disabled: index === 0 }),
    action(icon("duplicate"), "Duplicate (Ctrl+D)", () => duplicate(session, [region.id])),
    action(icon("remove"), "Delete (Delete)", () =>
      session.commit(removeRegions(session.document, [region.id]), "Delete region"),
    ),
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

function choose(session, id, further) {
  const chosen = session.selection.includes(id);
  if (!further) session.select([id]);
  else session.select(chosen ? session.selection.filter((one) => one !== id) : [...session.selection, id]);
}

/** Copies of some regions, a little aside, selected. */
export function duplicate(session, ids) {
  const made = duplicateRegions(session.document, ids);
  session.commit(made.document, "Duplicate region");
  session.select(made.ids);
}
