/**
 * What is written on a region: its number, its name and its prompt, as far as there is room in it.
 *
 * @import { Region } from "../core/document.js"
 * @import { PixelBox } from "./region_bitmap.js"
 *
 * @typedef {object} Label
 * @property {PixelBox} box around all of it, on the canvas
 * @property {string} number
 * @property {string} name empty where there is no room for it
 * @property {string[]} lines of the prompt
 * @property {number} nameAt where the name begins, in pixels from the badge's left edge
 * @property {PixelBox} badge
 *
 * @typedef {object} LabelPlace
 * @property {number} width of the canvas, in pixels
 * @property {number} height
 * @property {number} scale bitmap pixels per CSS pixel
 * @property {boolean} hasBackdrop whether there is a picture below, whose objects are not to be covered
 */

import { regionBounds } from "../core/region_area.js";
import { textColorOn } from "./color.js";

const FONT_SIZE = 12; // all in CSS px
const PROMPT_SIZE = 11;
const LINE = 15;
const HEIGHT = 18;
const PADDING = 5;
const CORNER = 4;
const MIN_PROMPT_WIDTH = 48;
const MAX_PROMPT_WIDTH = 360; // longer lines are hard to read, and hide much of a large region's picture
const MAX_LINES = 4;
const MAX_CHARACTERS = 300;
const HIDDEN_OPACITY = 0.45;
const EDGE = 2; // bitmap px between a label and the canvas's border

/** A text whose first letter is of a script that is written so. */
const RIGHT_TO_LEFT = /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Black, so that white words can be read on any region and any picture. */
const PLATE = "rgb(0 0 0 / 62%)";

/**
 * The latest label of each region: words are measured once, not in every frame.
 *
 * @type {WeakMap<Region, {key: string, label: Label | null}>}
 */
const cache = new WeakMap();

/**
 * @param {import("../core/shape.js").Context2D} context to measure with
 * @param {Region} region
 * @param {number} index
 * @param {LabelPlace} place
 * @returns {Label | null} null for a region that has no area
 */
export function labelOf(context, region, index, place) {
  const key = Object.values(place).join(" ") + ` ${index}`;
  const entry = cache.get(region);
  if (entry?.key === key) return entry.label;
  const label = layOut(context, region, index, place);
  cache.set(region, { key, label });
  return label;
}

/**
 * @param {import("../core/shape.js").Context2D} context
 * @param {Region} region
 * @param {Label} label
 * @param {number} scale bitmap pixels per CSS pixel
 */
export function paintLabel(context, region, label, scale) {
  const { badge, box } = label;
  context.globalAlpha = region.visible ? 1 : HIDDEN_OPACITY;
  context.textBaseline = "middle";
  context.fillStyle = region.colour;
  fillBox(context, badge, scale);
  context.fillStyle = textColorOn(region.colour);
  context.font = badgeFont(scale);
  context.textAlign = "left";
  // Apart: a name from right to left would take the number to its other side.
  const middle = badge.y + badge.height / 2;
  context.fillText(label.number, badge.x + PADDING * scale, middle);
  context.direction = directionOf(region.name);
  if (label.name) context.fillText(label.name, badge.x + label.nameAt, middle);
  if (label.lines.length > 0) {
    const top = badge.y + badge.height;
    context.fillStyle = PLATE;
    fillBox(context, { ...box, y: top + scale, height: box.y + box.height - top - scale }, scale);
    context.fillStyle = "#ffffff";
    context.font = promptFont(scale);
    context.textAlign = "center";
    context.direction = directionOf(region.prompt);
    label.lines.forEach((line, row) =>
      context.fillText(line, box.x + box.width / 2, top + (1 + LINE * (row + 0.5)) * scale),
    );
  }
  context.globalAlpha = 1;
}

/**
 * In the middle of the region, or at its top where there is a picture below.
 *
 * @returns {Label | null}
 */
function layOut(context, region, index, { width, height, scale, hasBackdrop }) {
  const bounds = regionBounds(region, width / height);
  if (!bounds) return null;
  const [left, right] = [Math.max(0, bounds.x0) * width, Math.min(1, bounds.x1) * width];
  const [top, bottom] = [Math.max(0, bounds.y0) * height, Math.min(1, bounds.y1) * height];
  const room = right - left - 2 * PADDING * scale;
  const number = String(index + 1);
  context.font = badgeFont(scale);
  const nameAt = PADDING * scale + context.measureText(`${number} `).width;
  const titleWidth = nameAt + context.measureText(region.name).width - PADDING * scale;
  const name = titleWidth <= room ? region.name : ""; // one that does not fit would cover its neighbours
  const badgeWidth = (name ? titleWidth : context.measureText(number).width) + 2 * PADDING * scale;
  const badgeHeight = HEIGHT * scale;
  const freeLines = Math.floor((bottom - top - badgeHeight - 6 * scale) / (LINE * scale));
  const maxLines = Math.min(freeLines, hasBackdrop ? 1 : MAX_LINES);
  context.font = promptFont(scale);
  const lineWidth = Math.min(room, MAX_PROMPT_WIDTH * scale);
  const lines = room >= MIN_PROMPT_WIDTH * scale ? wrap(context, region.prompt, lineWidth, maxLines) : [];
  const promptWidth = Math.max(0, ...lines.map((line) => context.measureText(line).width)) + 2 * PADDING * scale;
  const promptHeight = lines.length > 0 ? (lines.length * LINE + 2) * scale : 0;
  const whole = badgeHeight + promptHeight;
  const hold = (value, size, end) => Math.max(EDGE, Math.min(value, end - size - EDGE));
  const y = hold(hasBackdrop ? top + 3 * scale : (top + bottom - whole) / 2, whole, height);
  const centre = (left + right) / 2;
  const badge = { x: hold(centre - badgeWidth / 2, badgeWidth, width), y, width: badgeWidth, height: badgeHeight };
  const boxWidth = Math.max(badgeWidth, lines.length > 0 ? promptWidth : 0);
  const box = { x: hold(centre - boxWidth / 2, boxWidth, width), y, width: boxWidth, height: whole };
  return { box, number, name, lines, nameAt, badge };
}

/**
 * The text in lines that are no wider than there is room; what does not fit in so many lines ends in "…".
 *
 * @returns {string[]}
 */
function wrap(context, text, room, maxLines) {
  if (maxLines < 1) return [];
  const whole = text.trim();
  const start = whole.length > MAX_CHARACTERS ? `${whole.slice(0, MAX_CHARACTERS)}…` : whole;
  const words = start.split(/\s+/).filter(Boolean);
  const fits = (line) => context.measureText(line).width <= room;
  const lines = [];
  let line = "";
  while (words.length > 0) {
    const longer = line ? `${line} ${words[0]}` : words[0];
    if (fits(longer)) {
      line = longer;
      words.shift();
    } else if (line) {
      if (lines.length === maxLines - 1) return [...lines, shorten(line, fits)];
      lines.push(line);
      line = "";
    } else {
      // A word without an end, as in languages that write no spaces: broken where the line ends.
      const letters = [...words[0]];
      let count = 1;
      while (count < letters.length && fits(letters.slice(0, count + 1).join(""))) count += 1;
      line = letters.slice(0, count).join("");
      words[0] = letters.slice(count).join("");
      if (!words[0]) words.shift();
    }
  }
  return line ? [...lines, line] : lines;
}

function shorten(line, fits) {
  const letters = [...line];
  while (letters.length > 1 && !fits(`${letters.join("")}…`)) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** Where its full stop and its brackets belong. */
function directionOf(text) {
  return RIGHT_TO_LEFT.test(text) ? "rtl" : "ltr";
}

function fillBox(context, { x, y, width, height }, scale) {
  context.beginPath();
  context.roundRect(x, y, width, height, CORNER * scale);
  context.fill();
}

function badgeFont(scale) {
  return `${FONT_SIZE * scale}px sans-serif`;
}

function promptFont(scale) {
  return `${PROMPT_SIZE * scale}px sans-serif`;
}
