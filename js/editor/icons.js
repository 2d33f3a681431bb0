/** Icons as outlines on a 16 x 16 grid, in the text's colour: no font is needed and every theme fits. */
const PATHS = {
  select: "M3 2l9 6-4 1 2 4-2 1-2-4-3 3z",
  rect: "M2 4h12v8H2z",
  ellipse: "M2 8a6 4.5 0 1 0 12 0a6 4.5 0 1 0-12 0z",
  polygon: "M8 2l6 5-3 7H4L2 6z",
  brush: "M14 2L7 9M6 9c-3 0-2 3-4 4c3 1 6 0 6-2z",
  eraser: "M9 3l5 5-5 5H6L2 9zM5 6l5 5",
  undo: "M6 3L3 6l3 3M3 6h6a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3l3 3-3 3M13 6H7a3.5 3.5 0 0 0 0 7h3",
  tokens: "M2 2h12v12H2zM6 2v12M10 2v12M2 6h12M2 10h12",
  large: "M9 2h5v5M14 2L9 7M7 14H2V9M2 14l5-5",
  visible: "M1 8c3-5 11-5 14 0c-3 5-11 5-14 0zM6 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0z",
  hidden: "M1 8c3-5 11-5 14 0c-3 5-11 5-14 0zM3 14L13 2",
  locked: "M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2",
  unlocked: "M3 7h10v7H3zM5 7V4a3 3 0 0 1 6-1",
  forward: "M3 10l5-5 5 5",
  backward: "M3 6l5 5 5-5",
  duplicate: "M2 2h8v8H2zM6 10v4h8V6h-4",
  remove: "M3 3l10 10M13 3L3 13",
};

/** An <svg> of one of the icons above. */
export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of [
    ["viewBox", "0 0 16 16"],
    ["width", 14],
    ["height", 14],
    ["aria-hidden", "true"],
  ]) {
    drawing.setAttribute(key, value);
  }
  for (const [key, value] of [
    ["d", PATHS[name]],
    ["fill", "none"],
    ["stroke", "currentColor"],
    ["stroke-width", 1.4],
    ["stroke-linejoin", "round"],
    ["stroke-linecap", "round"],
  ]) {
    path.setAttribute(key, value);
  }
  drawing.append(path);
  return drawing;
}
