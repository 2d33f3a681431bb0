/**
 * What a region document is: the editor's value, one JSON text, equally valid when written by hand (regions/document
 * reads it in Python). In here it is a plain object that nobody changes: every action returns a new one and shares what
 * stayed.
 *
 * @typedef {{kind: string, mode?: string, [field: string]: any}} Shape kind: one of shapes/; mode: "add" (the default)
 *   or "subtract"; the other fields are known to the module of its kind
 *
 * @typedef {object} Region
 * @property {string} id unique within the document
 * @property {string} name may be empty
 * @property {string} prompt
 * @property {number} strength
 * @property {number} feather width of the soft edge, a fraction of the canvas's shorter side
 * @property {number} start the fraction of the steps from which on the region acts
 * @property {number} end the fraction of the steps up to which it acts
 * @property {string} colour "#rrggbb"
 * @property {boolean} visible hidden regions are left out of the run
 * @property {boolean} locked
 * @property {Shape[]} shapes in the order they were drawn
 * @property {import("./region_lora.js").RegionLora[]} [loras]
 *
 * @typedef {object} RegionDocument
 * @property {number} schema
 * @property {string} base_prompt
 * @property {string} background_prompt
 * @property {Region[]} regions in drawing order: later ones lie on top
 * @property {string} [started_from] what a run filled it from, see regions/start_from.py
 */

export const SCHEMA = 1;

/** Of a document with a rotated shape, which readers of schema 1 would draw upright: so they refuse it. */
export const ROTATED_SCHEMA = 2;

/** The editor keeps the stored text at most this long, in bytes of UTF-8: the host clones it into every undo state. */
export const MAX_BYTES = 65536;

/** Longer texts are refused unread. */
export const MAX_CHARACTERS = 1_000_000;

/** Brackets within brackets; the browser's own writer fails at some thousands. */
export const MAX_DEPTH = 100;

export const MAX_REGIONS = 1000;

/** Geometry this many canvases away is no drawing any more: somebody wrote pixels. */
export const MAX_COORDINATE = 100;

/** The numbers of a region: tests/golden/region_fields.json, which Python compares with as well. */
export const REGION_FIELDS = Object.freeze({
  strength: Object.freeze({ default: 1, low: 0, high: 2 }),
  feather: Object.freeze({ default: 0, low: 0, high: 0.5 }),
  start: Object.freeze({ default: 0, low: 0, high: 1 }),
  end: Object.freeze({ default: 1, low: 0, high: 1 }),
});

/**
 * Fields of a region that have a fixed default. Its id, colour and shapes have none: they depend on the other regions.
 */
export const REGION_DEFAULTS = Object.freeze({
  name: "",
  prompt: "",
  strength: REGION_FIELDS.strength.default,
  feather: REGION_FIELDS.feather.default,
  start: REGION_FIELDS.start.default,
  end: REGION_FIELDS.end.default,
  visible: true,
  locked: false,
});

/** A document that cannot be read or drawn. Its message is one sentence for people: what, which region, what to do. */
export class DocumentError extends Error {
  name = "DocumentError";
}

/** @returns {RegionDocument} a document without regions and prompts */
export function emptyDocument() {
  return { schema: SCHEMA, base_prompt: "", background_prompt: "", regions: [] };
}
