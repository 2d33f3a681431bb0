/**
 * What a document is made of: its schema, the defaults of its fields, their ranges, and the error that names a bad one.
 */

export const SCHEMA = 1;

/** The editor keeps the stored text at most this long, in bytes of UTF-8: the host clones it into every undo state. */
export const MAX_BYTES = 65536;

/** Longer texts are refused unread. */
export const MAX_CHARACTERS = 1_000_000;

export const MAX_STRENGTH = 2;
export const MAX_FEATHER = 0.5;

/** Geometry this many canvases away is no drawing any more: somebody wrote pixels. */
export const FAR = 100;

/**
 * Fields of a region that have a fixed default. Its id, colour and shapes have none: they depend on the other regions.
 */
export const REGION_DEFAULTS = Object.freeze({
  name: "",
  prompt: "",
  strength: 1,
  feather: 0,
  start: 0,
  end: 1,
  visible: true,
  locked: false,
});

/** A document that cannot be read. Its message is one sentence for people: what, which region, what to do. */
export class DocumentError extends Error {
  name = "DocumentError";
}

/** @returns {object} a document without regions and prompts */
export function emptyDocument() {
  return { schema: SCHEMA, base_prompt: "", background_prompt: "", regions: [] };
}
