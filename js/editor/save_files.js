/** @import { EditorState } from "./editor_state.js" */

import { element } from "./elements.js";
import { regionBitmap } from "./region_bitmap.js";

/** @param {EditorState} state whose document is saved as the text that it is */
export function saveDocument(state) {
  save(new Blob([state.value.text], { type: "application/json" }), "regions.json");
}

/**
 * The selected regions' mask at the picture's size: white on black, their soft edges grey.
 *
 * @param {EditorState} state
 * @returns {Promise<void>}
 */
export async function saveMask(state) {
  const { width, height, selected } = state;
  if (selected.length === 0) return state.say("Select a region first: its mask is saved.");
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, width, height);
  for (const region of selected) {
    const picture = regionBitmap({ ...region, colour: "#ffffff" }, width, height);
    if (picture) context.drawImage(picture.bitmap, picture.box.x, picture.box.y);
  }
  const number = state.numberOf(selected[0]);
  const name = selected.length > 1 ? "regions" : selected[0].name || `region ${number}`;
  save(await canvas.convertToBlob({ type: "image/png" }), `${name.replace(/[/\\:*?"<>|]/g, "_")}.png`);
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser reads it after the click
}
