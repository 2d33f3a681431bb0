/**
 * Which part of the picture is in sight, and how large: the picture at its zoom, and the frame it is seen through.
 *
 * Lengths are CSS px of the frame. Events: "change".
 */

const MAX_ZOOM = 16;

export class View extends EventTarget {
  /** 1: all of the picture, as large as it fits. */
  zoom = 1;

  /** The point of the picture in the middle of the frame, in fractions of it. */
  #middle = { x: 0.5, y: 0.5 };

  #frame = { width: 1, height: 1 };
  #aspect = 1;

  /** Whether the pointer drags the picture instead of drawing on it. */
  isHeld = false;

  /**
   * @param {number} width of the frame
   * @param {number} height
   * @param {number} aspect of the picture
   */
  fitInto(width, height, aspect) {
    this.#frame = { width, height };
    this.#aspect = aspect;
    this.#middle = this.#held(this.#middle);
  }

  /** The whole picture's width and height. At zoom 1 in whole pixels, so that nothing of it is blurred. */
  get size() {
    const fitting = Math.max(1, Math.min(this.#frame.width, this.#frame.height * this.#aspect));
    const width = Math.floor(fitting * this.zoom);
    return { width, height: Math.max(1, Math.floor((fitting * this.zoom) / this.#aspect)) };
  }

  /** Where the picture's left and top edges lie in the frame: below 0 where they are out of sight. */
  get origin() {
    const { width, height } = this.size;
    const place = (side, middle, length) =>
      Math.round(Math.min(0, Math.max(side - length, side / 2 - middle * length)));
    return {
      x: width <= this.#frame.width ? (this.#frame.width - width) / 2 : place(this.#frame.width, this.#middle.x, width),
      y: height <= this.#frame.height ? 0 : place(this.#frame.height, this.#middle.y, height),
    };
  }

  /** The part of the picture in sight: its place in the frame and its size. */
  get visible() {
    const { size, origin } = this;
    return {
      left: Math.max(0, origin.x),
      top: Math.max(0, origin.y),
      width: Math.floor(Math.min(size.width, this.#frame.width)),
      height: Math.floor(Math.min(size.height, this.#frame.height)),
    };
  }

  /**
   * Zoom while the picture's point under the pointer stays there, as far as the picture's edges allow.
   *
   * @param {number} factor
   * @param {number} [x] the pointer's place in the frame; left out, its middle
   * @param {number} [y]
   */
  zoomBy(factor, x = this.#frame.width / 2, y = this.#frame.height / 2) {
    const { size, origin } = this;
    const point = { x: (x - origin.x) / size.width, y: (y - origin.y) / size.height };
    this.zoom = Math.min(MAX_ZOOM, Math.max(1, this.zoom * factor));
    const { width, height } = this.size;
    this.#moveTo({
      x: point.x + (this.#frame.width / 2 - x) / width,
      y: point.y + (this.#frame.height / 2 - y) / height,
    });
  }

  /**
   * @param {number} dx how far the picture moves in the frame
   * @param {number} dy
   */
  pan(dx, dy) {
    const { width, height } = this.size;
    this.#moveTo({ x: this.#middle.x - dx / width, y: this.#middle.y - dy / height });
  }

  /** Show all of the picture. */
  fit() {
    this.zoom = 1;
    this.#moveTo({ x: 0.5, y: 0.5 });
  }

  /** @param {boolean} isHeld see there */
  hold(isHeld) {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    this.dispatchEvent(new Event("change"));
  }

  #moveTo(middle) {
    this.#middle = this.#held(middle);
    this.dispatchEvent(new Event("change"));
  }

  /** No part of the frame beyond the picture's edge, where the picture is larger. */
  #held({ x, y }) {
    const { width, height } = this.size;
    const within = (value, half) => (half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, value)));
    return { x: within(x, this.#frame.width / 2 / width), y: within(y, this.#frame.height / 2 / height) };
  }
}
