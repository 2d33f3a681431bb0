/**
 * The values in a region document, each held to its type; `where` says which value it is, as an error begins with it.
 * All of them throw DocumentError.
 */

import { DocumentError, MAX_COORDINATE } from "./document.js";

/** 1/10000 of the canvas: less than a pixel on any canvas the host allows. */
const STORED_STEPS = 10_000;

/** @returns {number} the finite number as it is: true and "1" are no numbers */
function expectNumber(value, where) {
  if (typeof value !== "number") {
    const hint = typeof value === "string" ? ", without quotes" : "";
    throw new DocumentError(`${where} is ${asJson(value)}; give a number${hint}.`);
  }
  if (!Number.isFinite(value)) {
    throw new DocumentError(`${where} is too large; give a number that a computer can hold.`);
  }
  return value;
}

/** @returns {number} a number in low..high */
export function expectNumberWithin(value, low, high, where) {
  if (expectNumber(value, where) < low || value > high) {
    throw new DocumentError(`${where} is ${value}; give a value from ${low} to ${high}.`);
  }
  return value;
}

/** @returns {string} */
export function expectString(value, where) {
  if (typeof value !== "string") throw new DocumentError(`${where} is ${asJson(value)}; give text in double quotes.`);
  return value;
}

/** @returns {boolean} */
export function expectBool(value, where) {
  if (typeof value !== "boolean") throw new DocumentError(`${where} is ${asJson(value)}; give true or false.`);
  return value;
}

/** @returns {Array} */
export function expectList(value, where) {
  if (!Array.isArray(value)) throw new DocumentError(`${where} is ${asJson(value)}; give a list, as in [ ... ].`);
  return value;
}

/** @returns {object} a plain object */
export function expectObject(value, where) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DocumentError(`${where} is ${asJson(value)}; give an object, as in { ... }.`);
  }
  return value;
}

/**
 * @param {object} fields of a shape
 * @param {string} key
 * @param {string} label what an error calls the shape
 * @returns {unknown} the field, which has no default
 */
export function required(fields, key, label) {
  if (!Object.hasOwn(fields, key)) throw new DocumentError(`${label} has no ${key}; give it.`);
  return fields[key];
}

/** @returns {number} a fraction of the canvas, which may lie off it, but not by as much as pixels would */
export function coordinate(value, where) {
  if (Math.abs(expectNumber(value, where)) > MAX_COORDINATE) {
    throw new DocumentError(`${where} is ${value}; give fractions of the canvas (0 to 1), not pixels.`);
  }
  return value;
}

/**
 * @param {object} fields of a shape
 * @param {string} key
 * @param {string} label what an error calls the shape
 * @returns {number} a fraction of the canvas, 0 or more
 */
export function size(fields, key, label) {
  const value = coordinate(required(fields, key, label), `${label}: ${key}`);
  if (value < 0) throw new DocumentError(`${label}: ${key} is ${value}; give 0 or more.`);
  return value;
}

/**
 * @param {number} value
 * @returns {number} the value as it is stored: rounded, and held within the canvases that a reader accepts, so that
 *   nothing drawn can become unreadable
 */
export function storedNumber(value) {
  const clamped = Math.min(Math.max(value, -MAX_COORDINATE), MAX_COORDINATE);
  return Math.round(clamped * STORED_STEPS) / STORED_STEPS + 0; // + 0 turns -0 into 0
}

/** @returns {string} a value as an error quotes it: briefly, and as it stands in the JSON */
export function asJson(value) {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 40)}..."`;
  return String(value);
}
