import { app } from "../../../scripts/app.js";
import { expandDocument } from "../core/dynamic_prompt.js";
import { Editor } from "../editor/editor.js";
import { EditorState } from "../editor/editor_state.js";
import { openLargeEditor } from "../editor/large_editor.js";
import { Backdrop } from "./backdrop.js";
import { followChained } from "./chained.js";
import { editorMemory } from "./editor_memory.js";
import { keepMounted, passNavigation, recordGraphUndo } from "./graph.js";
import { loraFiles } from "./lora_files.js";
import { sizeOf } from "./picture_size.js";
import { readRegionText } from "./region_text.js";
import { followRunErrors } from "./run_errors.js";
import { followStart } from "./start_from.js";

const WIDTH = 460; // the node's least and first size, in graph pixels
const HEIGHT = 720;
const SYNC_INTERVAL = 500; // ms

/**
 * ComfyUI's constructor of the widget that holds the document: the editor as a DOM widget with the JSON text as its
 * value.
 */
export function canvasWidget(node, name) {
  const state = new EditorState();
  state.listLoras = loraFiles;
  state.readText = readRegionText;
  let large = null;
  const editor = new Editor(state, () => (large = openLargeEditor(state, node.title, editor)));
  const backdrop = new Backdrop(node, state);
  const widget = node.addDOMWidget(name, "FLUX_REGIONS_CANVAS", editor.root, {
    getValue: () => state.value.text,
    setValue: (text) => state.setText(text),
    getMinHeight: () => 480,
    hideOnZoom: false,
    // Newer hosts hide a DOM widget that is linked, and promote one by a link: the editor would be gone.
    socketless: true,
    hideInPanel: true, // the side panel of newer hosts shows an empty place for it, as high as the editor
    margin: 6,
  });
  // Choices and comments are for the page to read, as in ComfyUI's own prompts; what is drawn keeps them.
  widget.serializeValue = () => expandDocument(state.value.runText);
  editor.root.classList.add("widget-expands"); // Nodes 2.0 gives such a widget the height that a node has left
  passNavigation(editor.root);
  state.addEventListener("commit", () => {
    widget.callback?.(state.value.text);
    node.graph?.setDirtyCanvas(true, true);
    recordGraphUndo();
  });
  editor.root.addEventListener("flux-regions-file", (event) => backdrop.drop(event.detail));
  editor.root.addEventListener("flux-regions-foreign-file", (event) => app.handleFile(event.detail));
  const runErrors = followRunErrors(node, state, () => editor.isCovered);
  editor.root.addEventListener("flux-regions-run", () => runErrors.run());
  const chained = followChained(node, state);
  const memory = editorMemory(node, ({ dropped, ...rest }) => {
    if (state.recall(rest) && dropped) backdrop.setDropped(dropped);
  });
  const syncWithGraph = () => {
    memory.follow();
    keepMounted(node, editor.root);
    backdrop.refresh();
    chained.refresh();
    state.setSize(...sizeOf(node, backdrop.connected));
  };
  setTimeout(syncWithGraph); // when the node is in its graph
  // Nothing announces that a connected node's widget or image has changed.
  const timer = setInterval(syncWithGraph, SYNC_INTERVAL);
  const unfollowStart = followStart(node, state);
  const onRemove = widget.onRemove;
  widget.onRemove = function () {
    onRemove?.apply(this, arguments);
    large?.close(); // what is drawn there from now on would be in no graph
    memory.keep({ ...state.remember(), dropped: backdrop.dropped });
    clearInterval(timer);
    unfollowStart();
    chained.end();
    runErrors.end();
    keepMounted(node, editor.root); // for the node that may follow
    backdrop.remove();
    editor.remove();
  };
  return { widget, minWidth: WIDTH, minHeight: HEIGHT };
}
