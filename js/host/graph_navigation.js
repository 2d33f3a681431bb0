import { app } from "../../../scripts/app.js";

/** Over the editor, as over the host's own text areas, the middle button moves the graph and the wheel zooms it. */
export function passNavigation(root) {
  const pass = (name, wanted, act) =>
    root.addEventListener(name, (event) => {
      if (!wanted(event) || event.defaultPrevented) return; // the newer renderer may have passed it on by itself
      event.stopPropagation();
      act(event);
    });
  pass(
    "pointerdown",
    (event) => event.button === 1,
    (event) => app.canvas.processMouseDown(event),
  );
  pass(
    "pointermove",
    (event) => event.buttons & 4,
    (event) => app.canvas.processMouseMove(event),
  );
  pass(
    "pointerup",
    (event) => event.button === 1,
    (event) => app.canvas.processMouseUp(event),
  );
  pass(
    "wheel",
    () => true,
    (event) => app.canvas.processMouseWheel(event),
  );
  root.addEventListener("mousedown", (event) => event.button === 1 && event.preventDefault()); // no scrolling by itself
}
