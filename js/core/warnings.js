/** What an artist should know before the run: regions that will not be heard, and text that is too long to store. */

import { byteLength, stringifyDocument } from "./document_writer.js";
import { regionLabel } from "./naming.js";
import { MAX_BYTES } from "./schema.js";
import { keptTokens, regionTokens, tokenGrid } from "./tokens.js";

/**
 * A region of which no more than this is left, or another that covers no more than this of it, is worth a word or none.
 */
const NOTABLE = 0.05;

/**
 * @param {object} document hidden regions are passed over: they are left out of the run
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {{region: string | null, kind: string, text: string}[]} in drawing order; region is an id, or null for the
 *   whole document; kind is empty, vanishes, hidden, overlap, no_prompt or too_large; text is one sentence that says
 *   what to do
 */
export function warningsOf(document, width, height) {
  const { cols } = tokenGrid(width, height);
  const tokens = keptTokens(document, width, height);
  const visible = document.regions
    .map((region, index) => ({ region, label: regionLabel(index, region.name) }))
    .filter(({ region }) => region.visible)
    .map((one) => ({ ...one, ...regionTokens(one.region, width, height), ...tokens.get(one.region.id) }));
  const warnings = visible.flatMap((one, index) => {
    const covering = visible.slice(index + 1).filter((other) => sharedTokens(one, other, cols) > NOTABLE * one.drawn);
    const found = [...areaWarnings(one, listed(covering.map((other) => other.label))), ...promptWarnings(one.region)];
    return found.map(([kind, text]) => ({ region: one.region.id, kind, text: `${one.label} ${text}` }));
  });
  return [...warnings, ...sizeWarnings(document)];
}

/** [[kind, what follows the region's label], …]; above: the names of those that cover a notable part, "" for none. */
function areaWarnings({ box, speck, drawn, kept }, above) {
  if (box.top === box.bottom) return [["empty", "is empty: draw its area on the canvas, or remove it."]];
  if (drawn === 0)
    return [["vanishes", "is too thin for the tokens of 16 pixels and will not be heard: draw it wider."]];
  const found = [];
  if (speck) found.push(["vanishes", "is smaller than one token of 16 pixels and keeps only that: draw it larger."]);
  if (kept < NOTABLE * drawn) {
    const under = above || "the regions drawn later";
    found.push(["hidden", `lies almost wholly under ${under}: move it up in the list, or make room for it.`]);
  } else if (above) {
    const percent = Math.round((1 - kept / drawn) * 100);
    const remedy = "what is drawn later wins there, so change their order or shapes if it should not.";
    found.push(["overlap", `is covered to ${percent} % by ${above}: ${remedy}`]);
  }
  return found;
}

function promptWarnings({ prompt }) {
  return prompt.trim() === "" ? [["no_prompt", "has no prompt: write what is to be seen there."]] : [];
}

/** How many tokens of the lower region the upper one covers. */
function sharedTokens(lower, upper, cols) {
  const [left, right] = [Math.max(lower.box.left, upper.box.left), Math.min(lower.box.right, upper.box.right)];
  const bottom = Math.min(lower.box.bottom, upper.box.bottom);
  let shared = 0;
  for (let row = Math.max(lower.box.top, upper.box.top); row < bottom; row += 1) {
    for (let token = row * cols + left; token < row * cols + right; token += 1) {
      shared += lower.coverage[token] * upper.coverage[token];
    }
  }
  return shared;
}

/** "a", "a and b", "a, b and c" */
function listed(names) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function sizeWarnings(document) {
  const bytes = byteLength(stringifyDocument(document));
  if (bytes <= MAX_BYTES) return [];
  const text =
    `The drawing takes ${Math.ceil(bytes / 1024)} KB, more than the ${MAX_BYTES / 1024} KB that are stored well: ` +
    "shorten its prompts or remove some shapes.";
  return [{ region: null, kind: "too_large", text }];
}
