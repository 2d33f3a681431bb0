/**
 * @import { Region } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 */

import { resizeRegion, rotateRegions, setPrompts, updateRegions } from "../core/actions.js";
import { REGION_FIELDS } from "../core/document.js";
import { regionBounds } from "../core/region_area.js";
import { arrangeButtons } from "./arrange_buttons.js";
import { element, labelled, setValue } from "./elements.js";
import { frameOf } from "./handles.js";
import { loraList } from "./lora_list.js";

/** The numbers of a region: a step of the field's arrows, and what it means. */
const NUMBER_FIELDS = {
  strength: { label: "Strength", step: 0.05, title: "Strength: 1 = as base_ratio says, 0 = none, up to 2 = stronger" },
  feather: {
    label: "Feather",
    step: 0.01,
    title: "Feather: width of the soft edge, as a fraction of the shorter side",
  },
  start: { label: "Start", step: 0.05, title: "Start: from this fraction of the steps on the region acts" },
  end: {
    label: "End",
    step: 0.05,
    title: "End: up to this fraction of the steps the region acts (Regional Prompt's own window holds, too)",
  },
};

const BOX_FIELDS = { x: "Left", y: "Top", width: "Width", height: "Height" };
const TURN_TITLE =
  "Degrees clockwise. What is drawn along points, and a region of several shapes, turns from 0 each time";

/**
 * What can be typed: the prompts around the regions, and everything about the selected region.
 *
 * @param {EditorState} state
 */
export function fields(state) {
  const commit = (key, text) => state.commit(setPrompts(state.document, { [key]: text }), "Prompt", key);
  const base = promptField("The whole picture, regions included", (text) => commit("base_prompt", text));
  const background = promptField("Optional: the part in no region", (text) => commit("background_prompt", text));
  const region = regionFields(state);
  const root = element(
    "div",
    { class: "flux-regions-fields" },
    region.root,
    labelled("Whole picture", base),
    labelled("Background", background),
  );
  const update = () => {
    setValue(base, state.document.base_prompt);
    setValue(background, state.document.background_prompt);
    region.update();
  };
  return { root, update, focusPrompt: region.focusPrompt };
}

/**
 * @param {string} placeholder
 * @param {(text: string) => void} oninput
 */
function promptField(placeholder, oninput) {
  const field = element("textarea", {
    rows: 2,
    placeholder,
    spellcheck: "true",
    dir: "auto",
    oninput: () => oninput(field.value),
  });
  return field;
}

/**
 * Of one selected region everything; of several what they have in common, and how they lie to one another.
 *
 * @param {EditorState} state
 */
function regionFields(state) {
  const change = (key, value) => {
    const ids = state.selection;
    const label = ids.length === 1 ? "Change region" : "Change regions";
    state.commit(updateRegions(state.document, ids, { [key]: value }), label, `${ids} ${key}`);
  };
  const title = element("div", { class: "flux-regions-heading" });
  const name = element("input", {
    type: "text",
    placeholder: "name",
    dir: "auto",
    oninput: () => change("name", name.value),
  });
  const color = element("input", {
    type: "color",
    title: "Colour in the editor",
    oninput: () => change("colour", color.value),
  });
  const prompt = promptField("What is in this region, as for a picture of its own", (text) => change("prompt", text));
  const numbers = Object.keys(NUMBER_FIELDS).map((key) => ({ key, field: numberField(state, key, change) }));
  const box = boxFields(state);
  const loras = loraList(state);
  const arrange = arrangeButtons(state);
  const [promptPart, namePart] = [labelled("Prompt", prompt), labelled("Name", name)];
  const ofOne = [promptPart, namePart, box.root, loras.root];
  const root = element(
    "fieldset",
    { class: "flux-regions-region" },
    element("legend", {}, title),
    promptPart,
    arrange.root,
    element("div", { class: "flux-regions-line" }, namePart, labelled("Colour", color)),
    element(
      "div",
      { class: "flux-regions-line" },
      ...numbers.map(({ key, field }) => labelled(NUMBER_FIELDS[key].label, field)),
    ),
    box.root,
    loras.root,
  );
  const update = () => {
    const [region] = state.selected;
    const count = state.selected.length;
    if (count === 0) {
      root.hidden = true;
      return;
    }
    for (const part of ofOne) part.hidden = count > 1;
    arrange.update();
    setValue(color, region.colour);
    for (const { key, field } of numbers) {
      if (document.activeElement !== field) setValue(field, commonValue(state, key));
      field.placeholder = count > 1 ? "various" : "";
    }
    title.textContent = count > 1 ? `${count} regions` : `Region ${state.numberOf(region)}`;
    if (count === 1) {
      setValue(prompt, region.prompt);
      setValue(name, region.name);
      box.update(region);
      loras.update(region);
    }
    root.hidden = false; // at the end: to set the values of fields in sight has the page laid out each time
  };
  const focusPrompt = () => {
    prompt.focus({ preventScroll: true });
    scrollInto(root.closest(".flux-regions-panel"), prompt);
  };
  return { root, update, focusPrompt };
}

/** Within the panel only: the browser's own scrolling would move the graph's page as well. */
function scrollInto(panel, field) {
  if (!panel) return;
  const [frame, box] = [panel.getBoundingClientRect(), field.getBoundingClientRect()];
  const zoom = frame.height / panel.offsetHeight || 1; // the graph's
  if (box.bottom > frame.bottom) panel.scrollTop += (box.bottom - frame.bottom) / zoom;
  if (box.top < frame.top) panel.scrollTop -= (frame.top - box.top) / zoom;
}

/**
 * @param {EditorState} state
 * @param {string} key of REGION_FIELDS
 * @param {(key: string, value: number) => void} change
 */
function numberField(state, key, change) {
  const { low, high } = REGION_FIELDS[key];
  const { step, title } = NUMBER_FIELDS[key];
  const attributes = { type: "number", min: low, max: high, step, title, "aria-label": title, name: key };
  const field = element("input", attributes);
  field.addEventListener("input", () => {
    const number = Number(field.value);
    if (field.value === "" || !Number.isFinite(number)) return;
    const value = Math.min(high, Math.max(low, number));
    if (key === "start" && state.selected.some(({ end }) => value >= end)) return;
    if (key === "end" && state.selected.some(({ start }) => value <= start)) return;
    change(key, value);
  });
  field.addEventListener("change", () => setValue(field, commonValue(state, key))); // what was taken of it
  return field;
}

/** @returns {number | ""} the number that all selected regions have; "" where they differ */
function commonValue(state, key) {
  const values = new Set(state.selected.map((region) => region[key]));
  return values.size === 1 ? [...values][0] : "";
}

/**
 * Left, top, width and height of the selected region as numbers, in percent of the picture, and its turn in degrees.
 *
 * @param {EditorState} state
 */
function boxFields(state) {
  const inputs = Object.entries(BOX_FIELDS).map(([name, label]) => {
    const title = `${label} in percent of the picture`;
    return element("input", { type: "number", step: 1, name, title, "aria-label": title, onchange: () => apply() });
  });
  const apply = () => {
    const [region] = state.selected;
    const from = region && regionBounds(region, state.aspect);
    const [x, y, width, height] = inputs.map((field) => Number(field.value) / 100);
    if (!from || region.locked || !(width > 0 && height > 0)) return state.set({});
    const to = { x0: x, y0: y, x1: x + width, y1: y + height };
    state.commit(resizeRegion(state.document, region.id, from, to), "Place region");
  };
  const turn = element("input", {
    type: "number",
    step: 1,
    name: "turn",
    title: TURN_TITLE,
    "aria-label": "Turn in degrees",
    onchange: () => {
      const [region] = state.selected;
      const degrees = Number(turn.value) - (frameOf(region, state.aspect)?.degrees ?? 0);
      if (!region.locked && Number.isFinite(degrees)) {
        state.commit(rotateRegions(state.document, [region.id], degrees, state.aspect), "Turn region");
      }
      update(state.selected[0]);
    },
  });
  const root = element(
    "div",
    { class: "flux-regions-line" },
    ...Object.values(BOX_FIELDS).map((label, index) => labelled(`${label} %`, inputs[index])),
    labelled("Turn °", turn),
  );
  /** @param {Region} region */
  const update = (region) => {
    const box = regionBounds(region, state.aspect);
    const values = box ? [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0] : [];
    inputs.forEach((field, index) => {
      field.disabled = !box || region.locked;
      setValue(field, box ? Math.round(values[index] * 1000) / 10 : "");
    });
    turn.disabled = !box || region.locked;
    setValue(turn, box ? Math.round(frameOf(region, state.aspect).degrees * 10) / 10 : "");
  };
  return { root, update };
}
