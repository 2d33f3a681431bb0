/**
 * @import { Region } from "../core/document.js"
 * @import { RegionLora } from "../core/region_lora.js"
 * @import { EditorState } from "./editor_state.js"
 */

import { updateRegion } from "../core/actions.js";
import { LORA_STRENGTH, fileMeant, withStrength } from "../core/region_lora.js";
import { button, element } from "./elements.js";
import { ICONS, icon } from "./icons.js";

/** Of all lists there have been, for ids that are on the page once. */
let listCount = 0;

/**
 * The LoRAs of the selected region: a field that searches the files, and a strength for each that is chosen.
 *
 * @param {EditorState} state
 */
export function loraList(state) {
  const files = element("datalist", { id: `flux-regions-loras-${(listCount += 1)}` });
  let names = /** @type {string[]} */ ([]);
  const change = (loras, label, mergeKey = "") => {
    const id = state.selection[0];
    state.commit(updateRegion(state.document, id, { loras: loras.length > 0 ? loras : undefined }), label, mergeKey);
  };
  const add = element("input", {
    type: "text",
    list: files.id,
    name: "add-lora",
    placeholder: "add a LoRA: type a part of its name",
    "aria-label": "Add a LoRA to this region",
    autocomplete: "off",
    onfocus: async () => {
      names = await state.listLoras();
      files.replaceChildren(...names.map((name) => element("option", { value: name })));
    },
    onchange: () => {
      const name = fileMeant(add.value, names);
      add.value = "";
      const loras = state.selected[0]?.loras ?? [];
      if (name && !loras.some((lora) => lora.name === name)) change([...loras, { name }], "Add LoRA");
    },
  });
  const rows = element("div", { class: "flux-regions-loras" });
  const root = element("div", {}, rows, add, files);
  let shown = /** @type {{id: string, names: string} | null} */ (null);
  /** @param {Region} region */
  const update = (region) => {
    const loras = region.loras ?? [];
    const key = JSON.stringify(loras.map(({ name }) => name));
    if (shown?.id !== region.id || shown.names !== key) {
      shown = { id: region.id, names: key };
      rows.replaceChildren(...loras.map((lora, index) => row(state, lora, index, change)));
    }
    rows.querySelectorAll("input").forEach((field, index) => {
      const strength = String(loras[index].strength ?? LORA_STRENGTH.default);
      if (document.activeElement !== field && field.value !== strength) field.value = strength;
    });
  };
  return { root, update };
}

/**
 * @param {EditorState} state
 * @param {RegionLora} lora
 * @param {number} index
 * @param {(loras: RegionLora[], label: string, mergeKey?: string) => void} change
 */
function row(state, { name }, index, change) {
  const current = () => state.selected[0].loras;
  const strength = element("input", {
    type: "number",
    min: LORA_STRENGTH.low,
    max: LORA_STRENGTH.high,
    step: 0.05,
    "aria-label": `Strength of ${name}`,
    oninput: () => {
      const value = Number(strength.value);
      if (strength.value === "" || !Number.isFinite(value)) return;
      change(withStrength(current(), index, value), "LoRA strength", `${state.selection[0]} lora ${index}`);
    },
  });
  const title = name.replace(/\.[^./\\]*$/, "");
  return element(
    "div",
    { class: "flux-regions-line" },
    element("span", { class: "flux-regions-title", title: name, dir: "auto" }, title),
    strength,
    button(icon(ICONS.remove), `Remove the LoRA ${name}`, () => change(current().toSpliced(index, 1), "Remove LoRA")),
  );
}
