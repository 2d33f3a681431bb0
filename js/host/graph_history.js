import { app } from "../../../scripts/app.js";

let waiting = 0;

/** Let the graph's own undo know of an edit: it looks by itself after a mouse click, not after a key in our editor. */
export function rememberEdit() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const tracker = app.extensionManager?.workflow?.activeWorkflow?.changeTracker;
    if (tracker?.captureCanvasState) tracker.captureCanvasState();
    else tracker?.checkState?.();
  }, 300);
}
