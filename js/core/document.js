/**
 * The region document: the editor's value, one JSON text, equally valid when written by hand (attention/document.py
 * reads it). In here a document is a plain object that nobody changes: every action returns a new one and shares what
 * stayed.
 *
 *     {schema: 1, base_prompt, background_prompt, regions: [{id, name, prompt, strength, feather, start, end, colour,
 *      visible, locked, shapes: [{kind, mode, …}]}]}
 */

export { parseDocument } from "./document_reader.js";
export { stringifyDocument } from "./document_writer.js";
export { fitted } from "./fitting.js";
export { DocumentError, MAX_BYTES, SCHEMA, emptyDocument } from "./schema.js";
