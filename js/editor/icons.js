/** Icons as outlines on a 16 x 16 grid, in the text's colour: no font is needed and every theme fits. */
export const ICONS = Object.freeze({
  undo: "M6 3L3 6l3 3M3 6h6a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3l3 3-3 3M13 6H7a3.5 3.5 0 0 0 0 7h3",
  tokens: "M2 2h12v12H2zM6 2v12M10 2v12M2 6h12M2 10h12",
  snap: "M3 2v6a5 5 0 0 0 10 0V2h-3v6a2 2 0 0 1-4 0V2zM3 5h3M10 5h3",
  large: "M9 2h5v5M14 2L9 7M7 14H2V9M2 14l5-5",
  visible: "M1 8c3-5 11-5 14 0c-3 5-11 5-14 0zM6 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0z",
  hidden: "M1 8c3-5 11-5 14 0c-3 5-11 5-14 0zM3 14L13 2",
  locked: "M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2",
  unlocked: "M3 7h10v7H3zM5 7V4a3 3 0 0 1 6-1",
  forward: "M3 10l5-5 5 5",
  backward: "M3 6l5 5 5-5",
  duplicate: "M2 2h8v8H2zM6 10v4h8V6h-4",
  remove: "M3 3l10 10M13 3L3 13",
});

const SVG = "http://www.w3.org/2000/svg";
const SVG_ATTRIBUTES = { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" };
const PATH_ATTRIBUTES = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": 1.4,
  "stroke-linejoin": "round",
  "stroke-linecap": "round",
};

/**
 * @param {string} outline one of ICONS, or a tool's
 * @returns {SVGSVGElement}
 */
export function icon(outline) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries(SVG_ATTRIBUTES)) svg.setAttribute(key, String(value));
  for (const [key, value] of Object.entries({ d: outline, ...PATH_ATTRIBUTES })) path.setAttribute(key, String(value));
  svg.append(path);
  return svg;
}
