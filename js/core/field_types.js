/**
 * The values in a region document, each held to its type; `what` says which value it is, as an error begins with it.
 */

import { DocumentError } from "./schema.js";

/** @returns {number} the finite number as it is; throws DocumentError for anything else: true and "1" are no numbers */
export function number(value, what) {
  if (typeof value !== "number") {
    const hint = typeof value === "string" ? ", without quotes" : "";
    throw new DocumentError(`${what} is ${shown(value)}; give a number${hint}.`);
  }
  if (!Number.isFinite(value)) throw new DocumentError(`${what} is too large; give a number that a computer can hold.`);
  return value;
}

/** @returns {number} a number in low..high; throws DocumentError for anything else */
export function numberWithin(value, low, high, what) {
  if (number(value, what) < low || value > high) {
    throw new DocumentError(`${what} is ${value}; give a value from ${low} to ${high}.`);
  }
  return value;
}

/** @returns {string} throws DocumentError for anything else */
export function text(value, what) {
  if (typeof value !== "string") throw new DocumentError(`${what} is ${shown(value)}; give text in double quotes.`);
  return value;
}

/** @returns {boolean} throws DocumentError for anything else */
export function flag(value, what) {
  if (typeof value !== "boolean") throw new DocumentError(`${what} is ${shown(value)}; give true or false.`);
  return value;
}

/** @returns {Array} throws DocumentError for anything else */
export function items(value, what) {
  if (!Array.isArray(value)) throw new DocumentError(`${what} is ${shown(value)}; give a list, as in [ ... ].`);
  return value;
}

/** @returns {object} a plain object; throws DocumentError for anything else */
export function mapping(value, what) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DocumentError(`${what} is ${shown(value)}; give an object, as in { ... }.`);
  }
  return value;
}

/** @returns {string} a value as an error quotes it: briefly, and as it stands in the JSON */
export function shown(value) {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 40)}..."`;
  return String(value);
}
