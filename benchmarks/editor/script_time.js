/* Before any script of the page: counts the time that the editor's own scripts take, in their listeners and frames. */
(() => {
  const clock = { depth: 0, spent: 0, frames: [], recording: false };
  window.editorClock = clock;
  const isOurs = () => new Error().stack.includes(PACK_PATH);
  const timed = (callback) =>
    function (...args) {
      if (clock.depth > 0) return callback.apply(this, args);
      clock.depth += 1;
      const start = performance.now();
      try {
        return callback.apply(this, args);
      } finally {
        clock.depth -= 1;
        clock.spent += performance.now() - start;
      }
    };
  const wrappers = new WeakMap();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (name, listener, options) {
    if (typeof listener !== "function" || !isOurs()) return addEventListener.call(this, name, listener, options);
    if (!wrappers.has(listener)) wrappers.set(listener, timed(listener));
    return addEventListener.call(this, name, wrappers.get(listener), options);
  };
  EventTarget.prototype.removeEventListener = function (name, listener, options) {
    return removeEventListener.call(this, name, wrappers.get(listener) ?? listener, options);
  };
  const { requestAnimationFrame, ResizeObserver, setTimeout } = window;
  window.setTimeout = (callback, ...rest) => setTimeout(isOurs() ? timed(callback) : callback, ...rest);
  window.requestAnimationFrame = (callback) => requestAnimationFrame(isOurs() ? timed(callback) : callback);
  window.ResizeObserver = class extends ResizeObserver {
    constructor(callback) {
      super(isOurs() ? timed(callback) : callback);
    }
  };
  // What was spent from one frame to the next. A frame's own callbacks count for the frame after: the sum is the same.
  const onFrame = () => {
    if (clock.recording) clock.frames.push(clock.spent);
    clock.spent = 0;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
})();
