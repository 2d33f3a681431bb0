/** What the editor needs of the graph around it: its undo, its pan and zoom, a place on the page. */

import { app } from "../../../scripts/app.js";

const UNDO_DELAY = 300; // ms after the last edit
let undoTimer = 0;

/** node id -> the element in which an editor of a node with that id was last seen. */
const mountPoints = new Map();

/** Let the graph's own undo know of an edit: it looks by itself after a mouse click, not after a key in our editor. */
export function recordGraphUndo() {
  clearTimeout(undoTimer);
  undoTimer = setTimeout(() => {
    const tracker = app.extensionManager?.workflow?.activeWorkflow?.changeTracker;
    if (tracker?.captureCanvasState) tracker.captureCanvasState();
    else tracker?.checkState?.();
  }, UNDO_DELAY);
}

/** Over the editor, as over the host's own text areas, the middle button moves the graph and the wheel zooms it. */
export function passNavigation(root) {
  const isMiddle = (event) => event.button === 1;
  pass(root, "pointerdown", isMiddle, (event) => app.canvas.processMouseDown(event));
  pass(
    root,
    "pointermove",
    (event) => event.buttons & 4,
    (event) => app.canvas.processMouseMove(event),
  );
  pass(root, "pointerup", isMiddle, (event) => app.canvas.processMouseUp(event));
  pass(
    root,
    "wheel",
    () => true,
    (event) => app.canvas.processMouseWheel(event),
  );
  root.addEventListener("mousedown", (event) => event.button === 1 && event.preventDefault()); // no scrolling by itself
}

/** The newer renderer may have passed an event on by itself. */
function pass(root, name, isNavigation, navigate) {
  root.addEventListener(name, (event) => {
    if (!isNavigation(event) || event.defaultPrevented) return;
    event.stopPropagation();
    navigate(event);
  });
}

/**
 * Keep the editor in its node. Nodes 2.0 puts a DOM widget into a node once, when it first shows a node of that id:
 * after an undo, or a step into a subgraph, another node has that id, and its editor would be nowhere.
 */
export function keepMounted(node, root) {
  if (root.isConnected) mountPoints.set(node.id, root.parentElement);
  else if (LiteGraph.vueNodesMode && node.graph === app.canvas.graph) {
    const mountPoint = mountPoints.get(node.id);
    if (mountPoint?.isConnected) mountPoint.replaceChildren(root);
  }
}
