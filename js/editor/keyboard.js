/** @import { EditorState } from "./editor_state.js" */

import { moveRegions, removeRegions, reorderRegion, rotateRegions } from "../core/actions.js";
import { regionsToText } from "../core/clipboard.js";
import { addCopies, deleteRegions } from "./commands.js";
import { element } from "./elements.js";
import { TOOLS } from "./tools/index.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NUDGE = 0.005; // fraction of the canvas; ten times that with Shift
/** Degrees; , and . by one, with Shift, on most keyboards, by fifteen. */
const TURNS = { ",": -1, ".": 1, "<": -15, ">": 15, ";": -15, ":": 15 };
const BRUSH_FACTOR = 1.2;

/**
 * @typedef {object} EditorParts what of the editor the keys reach
 * @property {() => boolean} cancel give up what is being drawn; whether there was anything
 * @property {() => boolean} finish end what is being drawn by several presses; whether there was anything
 * @property {() => void} focusPrompt
 * @property {(data: DataTransfer) => void} paste
 * @property {(key: string) => boolean} navigate zoom or pan by a key; whether it was one of those
 * @property {boolean} closesByEscape whether Escape closes the editor, where there is nothing to give up
 */

/**
 * The keyboard of the drawing area. It is a hidden text area, as the graph leaves Ctrl+Z to whoever types in one.
 *
 * @param {EditorState} state
 * @param {EditorParts} editor
 */
export function keyboard(state, editor) {
  return element("textarea", {
    class: "flux-regions-keyboard",
    "aria-label":
      "Drawing area. Letters choose tools, Tab goes through the regions, arrows move the chosen one, Enter goes to " +
      "its prompt, Delete removes it.",
    autocomplete: "off",
    spellcheck: "false",
    onkeydown: (event) => onDrawingKey(state, editor, event),
    oninput: (event) => (event.target.value = ""),
    oncopy: (event) => onCopy(state, event, false),
    oncut: (event) => onCopy(state, event, true),
    onpaste: (event) => onPaste(editor, event),
  });
}

/**
 * A key of the drawing area, or of the list beside it.
 *
 * @param {EditorState} state
 * @param {EditorParts} editor
 * @param {KeyboardEvent} event its default is prevented where the key is ours
 */
export function onDrawingKey(state, editor, event) {
  const { key, shiftKey } = event;
  const withControl = event.ctrlKey || event.metaKey;
  if (event.isComposing || (withControl && (event.altKey || shiftKey))) return; // the graph's
  if (withControl && "cxv".includes(key.toLowerCase())) return; // the clipboard's events follow
  const isOurs = withControl ? onControlKey(state, key.toLowerCase()) : onPlainKey(state, editor, key, shiftKey);
  if (isOurs) event.preventDefault();
}

function onControlKey(state, key) {
  if (key === "d") addCopies(state, state.selection);
  else if (key === "a") state.select(state.document.regions.map((region) => region.id));
  else return false;
  return true;
}

function onPlainKey(state, editor, key, shift) {
  const tool = TOOLS.find((candidate) => candidate.key === key.toLowerCase());
  if (tool) state.set({ tool });
  else if (key in ARROWS) nudge(state, ARROWS[key], shift);
  else if (key in TURNS) turn(state, TURNS[key]);
  else if (key === "Tab") return selectNext(state, shift ? -1 : 1);
  else if (key === "Delete" || key === "Backspace") deleteRegions(state, state.selection);
  else if (key === "PageUp" || key === "PageDown") moveInOrder(state, key === "PageUp" ? 1 : -1);
  else if (key === "Enter") {
    if (!editor.finish()) editor.focusPrompt();
  } else if (key === "Escape") {
    if (editor.cancel()) return true;
    if (state.selection.length === 0 || editor.closesByEscape) return false;
    state.select([]);
  } else if (key === "]") state.setBrush(state.brush * BRUSH_FACTOR);
  else if (key === "[") state.setBrush(state.brush * (1 / BRUSH_FACTOR));
  else if (key.toLowerCase() === "g") state.set({ showTokens: !state.showTokens });
  else if (key.toLowerCase() === "h") state.showBare(true);
  else if (key.toLowerCase() === "s") state.set({ snaps: !state.snaps });
  else return editor.navigate(key);
  return true;
}

function nudge(state, direction, shift) {
  const ids = state.selected.filter((region) => !region.locked).map((region) => region.id);
  const [dx, dy] = direction.map((step) => step * NUDGE * (shift ? 10 : 1));
  state.commit(moveRegions(state.document, ids, dx, dy), "Nudge", `nudge ${ids}`);
}

function turn(state, degrees) {
  const ids = state.selected.filter((region) => !region.locked).map((region) => region.id);
  state.commit(rotateRegions(state.document, ids, degrees, state.aspect), "Turn region", `turn ${ids}`);
}

function moveInOrder(state, step) {
  const [region] = state.selected;
  const to = state.document.regions.indexOf(region) + step;
  if (region && to >= 0) state.commit(reorderRegion(state.document, region.id, to), "Reorder region");
}

/** The next region in drawing order. Past the last one the focus moves on, so that Tab is no trap. */
function selectNext(state, step) {
  const regions = state.document.regions;
  const current = regions.findIndex((region) => region.id === state.selection[0]);
  const first = step > 0 ? 0 : regions.length - 1;
  const next = current < 0 ? first : current + step;
  if (next < 0 || next >= regions.length) return false;
  state.select([regions[next].id]);
  return true;
}

function onCopy(state, event, cut) {
  if (state.selection.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  event.clipboardData.setData("text/plain", regionsToText(state.document, state.selection));
  if (cut) state.commit(removeRegions(state.document, state.selection), "Cut region");
}

function onPaste(editor, event) {
  event.preventDefault();
  event.stopPropagation();
  editor.paste(event.clipboardData);
}
