/**
 * What an artist should know before the run: regions that will have no effect, and text that is too long to store.
 *
 * @import { RegionDocument } from "./document.js"
 */

import { MAX_BYTES } from "./document.js";
import { byteLength, stringifyDocument } from "./document_writer.js";
import { regionLabel } from "./region.js";
import { tokenGrid } from "./token_grid.js";
import { regionTokens, visibleTokens } from "./tokens.js";

/**
 * A region of which no more than this is visible, or another that covers no more than this of it, is worth a word or
 * none.
 */
const NOTABLE = 0.05;

/** A sentence names no more regions than these. */
const MAX_NAMED = 8;

/**
 * @param {RegionDocument} doc hidden regions are passed over: they are left out of the run
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @param {number} [numbersBefore] how many regions are counted before the document's
 * @returns {{region: string | null, kind: string, text: string}[]} in drawing order; region is an id, or null for the
 *   whole document; kind is empty, vanishes, hidden, overlap, no_prompt or too_large; text is one sentence that says
 *   what to do
 */
export function warningsOf(doc, width, height, numbersBefore = 0) {
  const { cols } = tokenGrid(width, height);
  const counts = visibleTokens(doc, width, height);
  const entries = doc.regions
    .map((region, index) => ({ region, label: regionLabel(numbersBefore + index, region.name) }))
    .filter(({ region }) => region.visible)
    .map((entry) => ({ ...entry, ...regionTokens(entry.region, width, height), ...counts.get(entry.region.id) }));
  const warnings = entries.flatMap((entry, index) => {
    const coveringLabels = enumeration(labelsOfThoseThatCover(entry, entries.slice(index + 1), cols));
    return [...areaWarnings(entry, coveringLabels), ...promptWarnings(entry.region)].map(([kind, text]) => ({
      region: entry.region.id,
      kind,
      text: `${entry.label} ${text}`,
    }));
  });
  return [...warnings, ...sizeWarnings(doc)];
}

/** [[kind, what follows the region's label], …]; above: the names of those that cover a notable part, "" for none. */
function areaWarnings({ box, belowOneToken, drawn, visible }, above) {
  if (box.top === box.bottom) return [["empty", "is empty: draw its area on the canvas, or remove it."]];
  if (drawn === 0) {
    return [["vanishes", "is too thin for the tokens of 16 pixels and will have no effect: draw it wider."]];
  }
  const warnings = [];
  if (belowOneToken) {
    warnings.push(["vanishes", "is smaller than one token of 16 pixels and keeps only that: draw it larger."]);
  }
  if (visible < NOTABLE * drawn) {
    const under = above || "the regions drawn later";
    warnings.push(["hidden", `lies almost wholly under ${under}: move it up in the list, or make room for it.`]);
  } else if (above) {
    const percent = Math.round((1 - visible / drawn) * 100);
    const remedy = "what is drawn later wins there, so change their order or shapes if it should not.";
    warnings.push(["overlap", `is covered to ${percent} % by ${above}: ${remedy}`]);
  }
  return warnings;
}

function promptWarnings({ prompt }) {
  return prompt.trim() === "" ? [["no_prompt", "has no prompt: write what is to be seen there."]] : [];
}

/** Of the regions above that cover a notable part; of many, the first MAX_NAMED, and that there are others. */
function labelsOfThoseThatCover(entry, above, cols) {
  const labels = [];
  for (const upper of above) {
    if (!sharesMoreThan(NOTABLE * entry.drawn, entry, upper, cols)) continue;
    if (labels.length === MAX_NAMED) return [...labels, "others"];
    labels.push(upper.label);
  }
  return labels;
}

/** Whether the upper region covers more tokens of the lower one than these; what is beyond them is not counted. */
function sharesMoreThan(tokens, lower, upper, cols) {
  const [left, right] = [Math.max(lower.box.left, upper.box.left), Math.min(lower.box.right, upper.box.right)];
  const bottom = Math.min(lower.box.bottom, upper.box.bottom);
  let shared = 0;
  for (let row = Math.max(lower.box.top, upper.box.top); row < bottom; row += 1) {
    for (let token = row * cols + left; token < row * cols + right; token += 1) {
      shared += lower.coverage[token] * upper.coverage[token];
    }
    if (shared > tokens) return true;
  }
  return false;
}

/** "a", "a and b", "a, b and c" */
function enumeration(names) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function sizeWarnings(doc) {
  const bytes = byteLength(stringifyDocument(doc));
  if (bytes <= MAX_BYTES) return [];
  const text =
    `The drawing takes ${Math.ceil(bytes / 1024)} KB, more than the ${MAX_BYTES / 1024} KB that are stored well: ` +
    "shorten its prompts or remove some shapes.";
  return [{ region: null, kind: "too_large", text }];
}
