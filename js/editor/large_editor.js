/** @import { EditorState } from "./editor_state.js" */

import { Editor } from "./editor.js";
import { button, element } from "./elements.js";
import { ICONS, icon } from "./icons.js";

/**
 * Open the editor in a dialog that fills the window. Both editors show the same drawing; closing changes nothing.
 *
 * @param {EditorState} state
 * @param {string} title
 * @param {Editor} host the node's own editor, which gets the events meant for the graph
 * @returns {HTMLDialogElement}
 */
export function openLargeEditor(state, title, host) {
  host.setCovered(true);
  const editor = new Editor(state);
  const dialog = element(
    "dialog",
    { class: "flux-regions-dialog", "aria-label": title },
    element(
      "header",
      {},
      element("span", {}, title),
      button(icon(ICONS.remove), "Close the large editor (Escape)", () => dialog.close()),
    ),
    editor.root,
  );
  for (const name of ["flux-regions-file", "flux-regions-foreign-file", "flux-regions-run"]) {
    dialog.addEventListener(name, (/** @type {CustomEvent} */ event) =>
      host.root.dispatchEvent(new CustomEvent(name, { detail: event.detail })),
    );
  }
  dialog.addEventListener("close", () => {
    editor.remove();
    dialog.remove();
    host.setCovered(false);
  });
  document.body.append(dialog);
  dialog.showModal();
  editor.focus();
  return dialog;
}
