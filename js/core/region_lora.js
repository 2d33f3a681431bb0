/**
 * The LoRAs of a region, as regions/region_lora.py reads them: the name of a file, or enough of it to tell it from the
 * others, how strongly it acts, and in which steps.
 *
 * @typedef {{name: string, strength?: number, start?: number, end?: number, [key: string]: unknown}} RegionLora
 */

import { DocumentError } from "./document.js";
import { expectList, expectNumberWithin, expectObject, expectString } from "./document_fields.js";

export const LORA_STRENGTH = Object.freeze({ default: 1, low: -10, high: 10 });
const MAX_LORAS = 100;
const MAX_FILE_NAME = 1000;

/**
 * @param {unknown} value a region's "loras", or the document's "background_loras"
 * @param {string} label what an error calls the region
 * @param {string} key
 * @returns {RegionLora[]} as they are stored; throws DocumentError
 */
export function readLoras(value, label, key) {
  const loras = expectList(value, `${label}: ${key}`);
  if (loras.length > MAX_LORAS) {
    throw new DocumentError(`${label} has ${loras.length} LoRAs, but at most ${MAX_LORAS} are used. Remove some.`);
  }
  for (const [index, entry] of loras.entries()) checkLora(entry, `${label}, LoRA ${index + 1}`);
  return loras;
}

/**
 * @param {RegionLora[]} loras
 * @param {number} index
 * @param {number} strength brought into its range
 * @returns {RegionLora[]}
 */
export function withStrength(loras, index, strength) {
  const { low, high } = LORA_STRENGTH;
  return loras.with(index, { ...loras[index], strength: Math.min(high, Math.max(low, strength)) });
}

/**
 * @param {string} typed
 * @param {string[]} files as the host lists them
 * @returns {string} the file that is meant: that of this name, or the only one with these letters in it; else as typed
 */
export function fileMeant(typed, files) {
  const wanted = typed.trim();
  if (files.includes(wanted)) return wanted;
  const matches = files.filter((file) => file.toLowerCase().includes(wanted.toLowerCase()));
  return matches.length === 1 ? matches[0] : wanted;
}

function checkLora(entry, label) {
  const fields = expectObject(entry, label);
  if (!Object.hasOwn(fields, "name")) throw new DocumentError(`${label} has no name; give that of its file.`);
  const name = expectString(fields.name, `${label}: name`);
  if (name.trim() === "") throw new DocumentError(`${label}: name is empty; choose its file, or remove it.`);
  if (name.length > MAX_FILE_NAME) throw new DocumentError(`${label}: name has too many characters; give its file's.`);
  const { low, high } = LORA_STRENGTH;
  expectNumberWithin(fields.strength ?? LORA_STRENGTH.default, low, high, `${label}: strength`);
  const start = expectNumberWithin(fields.start ?? 0, 0, 1, `${label}: start`);
  const end = expectNumberWithin(fields.end ?? 1, 0, 1, `${label}: end`);
  if (start >= end) {
    throw new DocumentError(`${label}: start (${start}) must be smaller than end (${end}): it acts from start to end.`);
  }
}
