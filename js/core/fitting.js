/**
 * A document made small enough to store, by drawing its lines with fewer points.
 *
 * @import { Region, RegionDocument } from "./document.js"
 */

import { MAX_BYTES } from "./document.js";
import { byteLength, stringifyDocument } from "./document_writer.js";
import { kindOf } from "./shape.js";

/**
 * Fractions of the shorter side: from half a pixel on a usual canvas to the whole of it, at which only ends are left.
 */
const MIN_TOLERANCE = 0.0005;
const MAX_TOLERANCE = 1;

/**
 * @param {RegionDocument} doc
 * @param {number} [maxBytes] of the stored text, in UTF-8
 * @returns {RegionDocument} the document itself where its text fits; else with its shapes as simple as they need to be.
 *   Where not even that is enough (long prompts) the document as it is: then it would be spoilt for nothing.
 */
export function fitToSize(doc, maxBytes = MAX_BYTES) {
  if (fits(doc, maxBytes)) return doc;
  // Where not even ends alone would fit, as with boxes and prompts, all steps on the way there would be for nothing.
  const simplest = doc.regions.map((region) => simplifyRegion(region, MAX_TOLERANCE));
  if (!fits({ ...doc, regions: simplest }, maxBytes)) return doc;
  for (let tolerance = MIN_TOLERANCE; tolerance <= MAX_TOLERANCE; tolerance *= 1.5) {
    const regions = doc.regions.map((region) => simplifyRegion(region, tolerance));
    if (regions.every((region, index) => region === doc.regions[index])) continue;
    const smaller = { ...doc, regions };
    if (fits(smaller, maxBytes)) return smaller;
  }
  return doc;
}

function fits(doc, maxBytes) {
  return byteLength(stringifyDocument(doc)) <= maxBytes;
}

/**
 * @param {Region} region
 * @param {number} tolerance
 * @returns {Region} the same where nothing could be simplified
 */
function simplifyRegion(region, tolerance) {
  const shapes = region.shapes.map((shape) => kindOf(shape).simplified(shape, tolerance));
  return shapes.every((shape, index) => shape === region.shapes[index]) ? region : { ...region, shapes };
}
