/**
 * Ready-made layouts to begin with.
 *
 * @import { RegionDocument, Shape } from "./document.js"
 *
 * @typedef {object} Template
 * @property {string} id
 * @property {string} label
 * @property {(aspect: number) => {name: string, shapes: Shape[]}[]} regions in drawing order; aspect is the canvas's
 *   width / height
 */

import { sideScales } from "./geometry.js";
import { isGridName } from "./grid_template.js";
import { createRegion } from "./region.js";

/** Width and height of the subject, in units of the shorter side: room for a standing figure, and for a still life. */
const SUBJECT = { width: 0.56, height: 0.76 };

/**
 * A stripe runs across the longer side where the template leaves that open. "subject" has one region only: around it is
 * the background, whose prompt the document has anyway.
 *
 * @type {readonly Template[]}
 */
export const TEMPLATES = Object.freeze([
  { id: "halves_side", label: "Halves, side by side", regions: () => columns(["left", "right"]) },
  { id: "halves_stacked", label: "Halves, one above the other", regions: () => rows(["top", "bottom"]) },
  {
    id: "thirds",
    label: "Thirds",
    regions: (aspect) => (aspect < 1 ? rows(["top", "middle", "bottom"]) : columns(["left", "middle", "right"])),
  },
  {
    id: "quadrants",
    label: "Quadrants",
    regions: () => [
      { name: "top left", shapes: [rect(0, 0, 1 / 2, 1 / 2)] },
      { name: "top right", shapes: [rect(1 / 2, 0, 1 / 2, 1 / 2)] },
      { name: "bottom left", shapes: [rect(0, 1 / 2, 1 / 2, 1 / 2)] },
      { name: "bottom right", shapes: [rect(1 / 2, 1 / 2, 1 / 2, 1 / 2)] },
    ],
  },
  {
    id: "subject",
    label: "Subject on a background",
    regions: (aspect) => [{ name: "subject", shapes: [middle(aspect)] }],
  },
]);

/**
 * @param {RegionDocument} doc
 * @param {string} id of a template
 * @param {number} aspect the canvas's width / height
 * @returns {{doc: RegionDocument, ids: string[]}} with the template's regions in place of the document's. The first
 *   takes over all but the drawing of the first that was there, and so on: prompts stay. Of the regions past the
 *   template's number those with a prompt stay where they are, on top; the others go.
 */
export function applyTemplate(doc, id, aspect) {
  return applyLayout(doc, TEMPLATES.find((template) => template.id === id).regions(aspect));
}

/**
 * @param {RegionDocument} doc
 * @param {{name: string, shapes: Shape[]}[]} layout regions in drawing order
 * @returns {{doc: RegionDocument, ids: string[]}} as applyTemplate
 */
export function applyLayout(doc, layout) {
  const regions = [];
  layout.forEach(({ name, shapes }, index) => {
    const old = doc.regions[index];
    const fresh = createRegion([...doc.regions, ...regions], shapes, { name });
    regions.push(old ? moveInto(old, fresh) : fresh);
  });
  const rest = doc.regions.slice(layout.length).filter(({ prompt }) => prompt.trim() !== "");
  return { doc: { ...doc, regions: [...regions, ...rest] }, ids: regions.map((region) => region.id) };
}

/**
 * The old region in the fresh one's area, to be seen and moved; under the fresh name unless a person gave it another.
 */
function moveInto(old, fresh) {
  const isPlace = templateNames().has(old.name) || isGridName(old.name);
  const name = old.name === "" || isPlace ? fresh.name : old.name;
  return { ...old, name, shapes: fresh.shapes, visible: true, locked: false };
}

/** The names templates give: such a name says where a region lies, and must not stay when it lies elsewhere. */
function templateNames() {
  return new Set(TEMPLATES.flatMap(({ regions }) => [1, 1 / 2].flatMap(regions)).map(({ name }) => name));
}

function columns(names) {
  return names.map((name, index) => ({ name, shapes: [rect(index / names.length, 0, 1 / names.length, 1)] }));
}

function rows(names) {
  return names.map((name, index) => ({ name, shapes: [rect(0, index / names.length, 1, 1 / names.length)] }));
}

function middle(aspect) {
  const scales = sideScales(aspect);
  const [width, height] = [SUBJECT.width / scales.x, SUBJECT.height / scales.y];
  return { kind: "ellipse", x: (1 - width) / 2, y: (1 - height) / 2, width, height };
}

function rect(x, y, width, height) {
  return { kind: "rect", x, y, width, height };
}
