/** @import { EditorState } from "./editor_state.js" */

import { Editor } from "./editor.js";
import { button, element } from "./elements.js";
import { ICONS, icon } from "./icons.js";

/**
 * Open the editor over the whole page. Both editors show the same drawing; closing changes nothing.
 *
 * What is on the page by then is out of reach, as behind a modal dialog. A modal one would also hide what the host opens
 * later: where to save the workflow, or why the run broke off. And with any `dialog` open newer hosts obey no key.
 *
 * @param {EditorState} state
 * @param {string} title
 * @param {Editor} host the node's own editor, which gets the events meant for the graph
 * @returns {{close: () => void}} close may be called again
 */
export function openLargeEditor(state, title, host) {
  host.setCovered(true);
  const editor = new Editor(state);
  const dialog = element(
    "div",
    {
      class: "flux-regions-dialog",
      role: "dialog",
      "aria-label": title,
      tabindex: "-1",
      onfocus: () => editor.focus(), // a click beside everything
    },
    element(
      "div",
      { class: "flux-regions-frame" },
      element(
        "header",
        {},
        element("span", {}, title),
        button(icon(ICONS.remove), "Close the large editor (Escape)", () => close()),
      ),
      editor.root,
    ),
  );
  for (const name of ["flux-regions-file", "flux-regions-foreign-file", "flux-regions-run"]) {
    dialog.addEventListener(name, (/** @type {CustomEvent} */ event) =>
      host.root.dispatchEvent(new CustomEvent(name, { detail: event.detail })),
    );
  }
  // The editor keeps its keys to itself.
  for (const part of [dialog, editor.root]) {
    part.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) close();
    });
  }
  const page = [...document.body.children].filter((part) => !part.hasAttribute("inert"));
  const setInert = (isInert) => page.forEach((part) => part.toggleAttribute("inert", isInert));
  const close = () => {
    if (!dialog.isConnected) return;
    setInert(false);
    editor.remove();
    dialog.remove();
    host.setCovered(false);
    host.focus();
  };
  document.body.append(dialog);
  setInert(true);
  editor.focus();
  return { close };
}
