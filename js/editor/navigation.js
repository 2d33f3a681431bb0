/** @import { View } from "./view.js" */

const WHEEL_PIXELS = 500; // of the wheel for a factor of e
const LINE_PIXELS = 16; // browsers that count the wheel in lines
const KEY_FACTOR = 1.25;

/**
 * Zoom by the wheel and the keys + and -, all of the picture by 0; pan by the middle button, or any while the space bar
 * is held. With Shift the wheel is the tool's.
 *
 * @param {HTMLElement} stage in which the picture is seen; its events are caught before the picture's own
 * @param {View} view
 */
export function navigate(stage, view) {
  /** @type {{id: number, x: number, y: number} | null} the pointer that drags the picture, and where it was */
  let drag = null;
  const perPixel = () => stage.clientWidth / stage.getBoundingClientRect().width;
  const take = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const caught = { capture: true, passive: false };
  stage.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 1 && !(event.button === 0 && view.isHeld)) return;
      take(event);
      drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
      stage.setPointerCapture(event.pointerId);
    },
    caught,
  );
  stage.addEventListener(
    "pointermove",
    (event) => {
      if (drag?.id !== event.pointerId) return;
      take(event);
      const scale = perPixel();
      view.pan((event.clientX - drag.x) * scale, (event.clientY - drag.y) * scale);
      drag = { id: event.pointerId, x: event.clientX, y: event.clientY };
    },
    caught,
  );
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    stage.addEventListener(name, (/** @type {PointerEvent} */ event) => {
      if (drag?.id === event.pointerId) drag = null;
    });
  }
  // Chromium scrolls by itself when the middle button is pressed. The focus stays where the keys are ours.
  stage.addEventListener("mousedown", (event) => (event.button === 1 || view.isHeld) && event.preventDefault(), true);
  stage.addEventListener(
    "wheel",
    (event) => {
      if (event.shiftKey || event.target instanceof HTMLTextAreaElement) return;
      take(event);
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
      const frame = stage.getBoundingClientRect();
      const scale = perPixel();
      view.zoomBy(
        Math.exp(-pixels / WHEEL_PIXELS),
        (event.clientX - frame.left) * scale,
        (event.clientY - frame.top) * scale,
      );
    },
    caught,
  );
}

/**
 * @param {View} view
 * @param {string} key without Ctrl and Alt
 * @returns {boolean} whether it moved the view
 */
export function onNavigationKey(view, key) {
  if (key === "+" || key === "=") view.zoomBy(KEY_FACTOR);
  else if (key === "-") view.zoomBy(1 / KEY_FACTOR);
  else if (key === "0") view.fit();
  else if (key === " ") view.hold(true);
  else return false;
  return true;
}
