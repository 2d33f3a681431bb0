import { app } from "../../../scripts/app.js";
import { Editor } from "../editor/editor.js";
import { openLargeEditor } from "../editor/large_editor.js";
import { Session } from "../editor/session.js";
import { Backdrop } from "./backdrop.js";
import { keepMounted } from "./node_mount.js";
import { sizeOf } from "./picture_size.js";
import { rememberEdit } from "./graph_history.js";
import { passNavigation } from "./graph_navigation.js";

const WIDTH = 460; // the node's least and first size, in graph pixels
const HEIGHT = 720;

/** ComfyUI's constructor of the widget that holds the document: the editor as a DOM widget with the JSON text as its value. */
export function canvasWidget(node, name) {
  const session = new Session();
  const editor = new Editor(session, () => openLargeEditor(session, node.title, editor.root));
  const backdrop = new Backdrop(node, session);
  const widget = node.addDOMWidget(name, "FLUX_REGIONS_CANVAS", editor.root, {
    getValue: () => session.getValue(),
    setValue: (value) => session.setValue(value),
    getMinHeight: () => 480,
    hideOnZoom: false,
    socketless: true, // newer hosts hide a DOM widget that is linked, and promote one by a link: the editor would be gone
    margin: 6,
  });
  passNavigation(editor.root);
  session.addEventListener("commit", () => {
    widget.callback?.(session.getValue());
    node.graph?.setDirtyCanvas(true, true);
    rememberEdit();
  });
  editor.root.addEventListener("flux-regions-file", (event) => backdrop.drop(event.detail));
  editor.root.addEventListener("flux-regions-run", () => app.queuePrompt(0, 1));
  const follow = () => {
    keepMounted(node, editor.root);
    backdrop.refresh();
    session.setSize(...sizeOf(node, backdrop.connected));
  };
  setTimeout(follow); // when the node is in its graph
  const timer = setInterval(follow, 500); // nothing announces that a connected node's widget or image has changed
  const removed = widget.onRemove;
  widget.onRemove = function () {
    removed?.apply(this, arguments);
    clearInterval(timer);
    keepMounted(node, editor.root); // for the node that may follow
    backdrop.remove();
    editor.remove();
  };
  return { widget, minWidth: WIDTH, minHeight: HEIGHT };
}
