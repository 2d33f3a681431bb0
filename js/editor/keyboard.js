import { moveRegions, pasteRegions, regionsToText, removeRegions, reorderRegion } from "../core/actions.js";
import { element } from "./elements.js";
import { duplicate } from "./region_list.js";
import { fill } from "./toolbar.js";

const TOOL_KEYS = { v: "select", r: "rect", e: "ellipse", p: "polygon", b: "brush", x: "eraser" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NUDGE = 0.005; // fraction of the canvas; ten times that with Shift

/**
 * The keyboard of the drawing area. It is a hidden text area, as the graph leaves Ctrl+Z to whoever types in one.
 *
 * editor: {cancel() gives up what is being drawn, closePolygon(), focusPrompt()}
 */
export function keyboard(session, editor) {
  return element("textarea", {
    class: "flux-regions-keyboard",
    "aria-label":
      "Drawing area. Letters choose tools, Tab goes through the regions, arrows move the chosen one, Enter goes to its prompt, Delete removes it.",
    autocomplete: "off",
    spellcheck: "false",
    onkeydown: (event) => onKey(session, editor, event),
    oninput: (event) => (event.target.value = ""),
    oncopy: (event) => onCopy(session, event, false),
    oncut: (event) => onCopy(session, event, true),
    onpaste: (event) => onPaste(session, event),
  });
}

function onKey(session, editor, event) {
  const { key, shiftKey } = event;
  const command = event.ctrlKey || event.metaKey;
  if (command && "cxv".includes(key.toLowerCase())) return; // the clipboard's events follow
  const done = command ? withCommand(session, key.toLowerCase()) : plain(session, editor, key, shiftKey);
  if (done) event.preventDefault();
}

function withCommand(session, key) {
  if (key === "d") duplicate(session, session.selection);
  else if (key === "a") session.select(session.document.regions.map((region) => region.id));
  else return false;
  return true;
}

function plain(session, editor, key, shift) {
  const movable = session.selected.filter((region) => !region.locked).map((region) => region.id);
  if (key in ARROWS) {
    const [dx, dy] = ARROWS[key].map((step) => step * NUDGE * (shift ? 10 : 1));
    session.commit(moveRegions(session.document, movable, dx, dy), "Nudge", `nudge ${movable}`);
  } else if (key === "Tab") return cycle(session, shift ? -1 : 1);
  else if (key === "Delete" || key === "Backspace") {
    session.commit(removeRegions(session.document, session.selection), "Delete region");
  } else if (key === "PageUp" || key === "PageDown") {
    const [region] = session.selected;
    const to = session.document.regions.indexOf(region) + (key === "PageUp" ? 1 : -1);
    if (region && to >= 0) session.commit(reorderRegion(session.document, region.id, to), "Reorder region");
  } else if (key === "Enter") {
    if (!editor.closePolygon()) editor.focusPrompt();
  } else if (key === "Escape") {
    if (editor.cancel()) return true;
    if (!session.selection.length) return false; // the large editor closes
    session.select([]);
  } else if (key === "[" || key === "]") session.setBrush(session.brush * (key === "]" ? 1.2 : 1 / 1.2));
  else if (key.toLowerCase() === "g") session.set({ showTokens: !session.showTokens });
  else if (key.toLowerCase() === "f") fill(session);
  else if (key.toLowerCase() in TOOL_KEYS) session.set({ tool: TOOL_KEYS[key.toLowerCase()] });
  else return false;
  return true;
}

/** Select the next region in drawing order. Past the last one the focus moves on, so that Tab is no trap. */
function cycle(session, step) {
  const regions = session.document.regions;
  const now = regions.findIndex((region) => region.id === session.selection[0]);
  const next = now < 0 ? (step > 0 ? 0 : regions.length - 1) : now + step;
  if (next < 0 || next >= regions.length) return false;
  session.select([regions[next].id]);
  return true;
}

function onCopy(session, event, cut) {
  if (!session.selection.length) return;
  event.preventDefault();
  event.stopPropagation();
  event.clipboardData.setData("text/plain", regionsToText(session.document, session.selection));
  if (cut) session.commit(removeRegions(session.document, session.selection), "Cut region");
}

function onPaste(session, event) {
  event.preventDefault();
  event.stopPropagation();
  const made = pasteRegions(session.document, event.clipboardData.getData("text/plain"));
  if (!made) return;
  session.commit(made.document, "Paste regions");
  session.select(made.ids);
}
