/**
 * What is drawn, as far as it is in sight: the backdrop, over it the regions or their tokens, and their labels. An edit
 * paints anew only the part in which something changed, so that its time grows neither with the number of regions nor
 * with the size of the picture.
 *
 * @import { Region } from "../core/document.js"
 * @import { EditorState } from "./editor_state.js"
 * @import { PixelBox } from "./region_bitmap.js"
 *
 * @typedef {object} PicturePlace all in canvas pixels, and all boxes in those of the whole picture
 * @property {number} width of the whole picture, in sight or not
 * @property {number} height
 * @property {number} scale canvas pixels per CSS pixel
 * @property {number} left what is in sight begins here
 * @property {number} top
 * @property {number} visibleWidth
 * @property {number} visibleHeight
 * @property {number} rasterWidth the size at which the whole picture's regions are painted, before they are scaled
 * @property {number} rasterHeight
 */

import { containedBox } from "../core/geometry.js";
import { labelOf, paintLabel } from "./label.js";
import { paintShape, pixelBox, regionBitmap } from "./region_bitmap.js";
import { paintTokens } from "./token_view.js";

const TINT = 0.5;
const TINT_OVER_BACKDROP = 0.3; // what lies under it is to be seen
const HIDDEN_TINT = 0.12;

export class Picture {
  /**
   * The regions as they are on the canvas.
   *
   * @type {readonly Region[]}
   */
  #painted = [];

  /** @type {EditorState["backdrop"]} as it is on the canvas */
  #backdrop = null;

  /** What else the canvas depends on. */
  #setting = "";

  /**
   * The regions under the pen, and how many points of their last shape are in their bitmaps.
   *
   * @type {Map<Region, {bitmap: OffscreenCanvas, points: number}>}
   */
  #growing = new Map();

  /** @param {HTMLCanvasElement} canvas as large as what is in sight; nothing else paints on it */
  constructor(canvas) {
    this.context = canvas.getContext("2d");
  }

  /**
   * @param {EditorState} state
   * @param {PicturePlace} place
   */
  update(state, place) {
    const regions = state.shownRegions;
    const { visibleWidth, visibleHeight } = place;
    const labelPlace = labelPlaceOf(state, place);
    const tokens = state.showTokens ? `${state.width} ${state.height}` : "";
    const { backdrop, backdropOpacity, showsBare } = state;
    const setting = [...Object.values(place), tokens, backdropOpacity, showsBare].join(" ");
    const isSameView = setting === this.#setting && backdrop === this.#backdrop;
    let dirty = isSameView ? this.#changedBox(regions, place, labelPlace) : null;
    const grown = this.#grow(state, place);
    dirty = union(dirty, grown);
    if (!isSameView || (tokens && (grown || regions !== this.#painted))) {
      dirty = { x: place.left, y: place.top, width: visibleWidth, height: visibleHeight };
    }
    if (dirty) this.#paint(state, wholePixels(dirty), place, labelPlace);
    this.#painted = regions;
    this.#backdrop = backdrop;
    this.#setting = setting;
  }

  /** @returns {PixelBox | null} around all regions that are others than those painted, and the labels that move */
  #changedBox(regions, place, labelPlace) {
    const before = this.#painted;
    if (regions === before) return null;
    let first = 0;
    while (first < Math.min(before.length, regions.length) && before[first] === regions[first]) first += 1;
    let box = null;
    // Of as many regions as before, only those in whose place is another; else all that follow the first change, for
    // their numbers change.
    for (const list of [before, regions]) {
      for (let index = first; index < list.length; index += 1) {
        if (before.length === regions.length && before[index] === regions[index]) continue;
        box = union(box, this.#boxOf(list[index], index, place, labelPlace));
      }
    }
    return box;
  }

  #boxOf(region, index, place, labelPlace) {
    const { width, height, rasterWidth, rasterHeight } = place;
    if (this.#growing.has(region)) return pixelBox(region, width, height, 1);
    const label = labelOf(this.context, region, index, labelPlace);
    const box = regionBitmap(region, rasterWidth, rasterHeight)?.box;
    return union(box ? scaled(box, place) : null, label?.box ?? null);
  }

  /**
   * The new points of the regions under the pen.
   *
   * @returns {PixelBox | null} around what they changed
   */
  #grow(state, place) {
    const { rasterWidth: width, rasterHeight: height } = place;
    const growing = state.document.regions.filter((region) => state.growing.includes(region.id));
    for (const region of this.#growing.keys()) if (!growing.includes(region)) this.#growing.delete(region);
    let box = null;
    for (const region of growing) {
      const shape = /** @type {import("../core/document.js").Shape & {points: number[][]}} */ (region.shapes.at(-1));
      let entry = this.#growing.get(region);
      if (!entry || entry.bitmap.width !== width || entry.bitmap.height !== height) {
        entry = { bitmap: new OffscreenCanvas(width, height), points: 0 };
        this.#growing.set(region, entry);
        const earlier = regionBitmap({ ...region, shapes: region.shapes.slice(0, -1) }, width, height);
        if (earlier) {
          entry.bitmap.getContext("2d").drawImage(earlier.bitmap, earlier.box.x, earlier.box.y);
          box = union(box, earlier.box);
        }
      }
      if (entry.points === shape.points.length) continue;
      const tail = { ...shape, points: shape.points.slice(Math.max(0, entry.points - 1)) };
      paintShape(entry.bitmap.getContext("2d"), tail, region.colour, width, height);
      entry.points = shape.points.length;
      /** @type {Pick<Region, "shapes">} */
      const added = { shapes: [{ ...tail, mode: "add" }] };
      box = union(box, pixelBox(added, width, height, 1));
    }
    return box && scaled(box, place);
  }

  #paint(state, dirty, place, labelPlace) {
    const { width, height } = place;
    const { context } = this;
    context.save();
    context.translate(-place.left, -place.top);
    context.beginPath();
    context.rect(dirty.x, dirty.y, dirty.width, dirty.height);
    context.clip();
    context.clearRect(dirty.x, dirty.y, dirty.width, dirty.height);
    if (state.backdrop) paintBackdrop(context, state, width, height);
    if (!state.showsBare) this.#paintRegions(state, dirty, place, labelPlace);
    context.restore();
  }

  #paintRegions(state, dirty, place, labelPlace) {
    const { width, height, scale, rasterWidth, rasterHeight } = place;
    const regions = state.shownRegions;
    const { context } = this;
    if (state.showTokens) paintTokens(context, state, width, height);
    else {
      const tint = state.backdrop ? TINT_OVER_BACKDROP : TINT;
      for (const region of regions) {
        const growing = this.#growing.get(region);
        context.globalAlpha = region.visible ? tint : HIDDEN_TINT;
        const whole = { x: 0, y: 0, width: rasterWidth, height: rasterHeight };
        const entry = growing
          ? { bitmap: growing.bitmap, box: whole }
          : regionBitmap(region, rasterWidth, rasterHeight);
        if (!entry) continue;
        const box = scaled(entry.box, place);
        if (overlaps(box, dirty)) context.drawImage(entry.bitmap, box.x, box.y, box.width, box.height);
      }
      context.globalAlpha = 1;
    }
    regions.forEach((region, index) => {
      if (this.#growing.has(region)) return; // its bounds are not known yet
      const label = labelOf(context, region, index, labelPlace);
      if (label && overlaps(label.box, dirty)) paintLabel(context, region, label, scale);
    });
  }
}

function paintBackdrop(context, { backdrop: { image }, backdropOpacity, showsBare }, width, height) {
  const { x0, y0, x1, y1 } = containedBox(image.naturalWidth / image.naturalHeight, width / height);
  context.globalAlpha = showsBare ? 1 : backdropOpacity;
  context.drawImage(image, x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height);
  context.globalAlpha = 1;
}

/** What of the place the labels depend on: not on the part in sight. */
function labelPlaceOf(state, { width, height, scale }) {
  return { width, height, scale, hasBackdrop: state.backdrop !== null };
}

/** A box of the raster in pixels of the picture. */
function scaled({ x, y, width, height }, place) {
  const [across, down] = [place.width / place.rasterWidth, place.height / place.rasterHeight];
  return { x: x * across, y: y * down, width: width * across, height: height * down };
}

function wholePixels({ x, y, width, height }) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

function overlaps(box, other) {
  return (
    box.x < other.x + other.width &&
    other.x < box.x + box.width &&
    box.y < other.y + other.height &&
    other.y < box.y + box.height
  );
}

/** @returns {PixelBox | null} */
function union(box, other) {
  if (!box || !other) return box ?? other;
  const [x, y] = [Math.min(box.x, other.x), Math.min(box.y, other.y)];
  const right = Math.max(box.x + box.width, other.x + other.width);
  const bottom = Math.max(box.y + box.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}
