import { api } from "../../../scripts/api.js";

/**
 * @param {string} text region text, as in Regions from Text
 * @param {number} width of the picture, in pixels
 * @param {number} height
 * @returns {Promise<string>} its regions as a document; throws an Error with a sentence where it cannot be read
 */
export async function readRegionText(text, width, height) {
  const question = { method: "POST", body: JSON.stringify({ text, width, height }) };
  const response = await api.fetchApi("/flux_regions/read_text", question);
  if (!response.ok) throw new Error(`The server could not read the text (${response.status}). Restart ComfyUI.`);
  const { document, error } = await response.json();
  if (error) throw new Error(error);
  return document;
}
