import { Editor } from "./editor.js";
import { button, element } from "./elements.js";
import { icon } from "./icons.js";

/** Open the session in a dialog that fills the window. Both editors show the same drawing; closing changes nothing. */
export function openLargeEditor(session, title, host) {
  const editor = new Editor(session);
  const dialog = element(
    "dialog",
    { class: "flux-regions-dialog", "aria-label": title },
    element(
      "header",
      {},
      element("span", {}, title),
      button(icon("remove"), "Close the large editor (Escape)", () => dialog.close()),
    ),
    editor.root,
  );
  for (const name of ["flux-regions-file", "flux-regions-run"]) {
    dialog.addEventListener(name, (event) => host.dispatchEvent(new CustomEvent(name, { detail: event.detail })));
  }
  dialog.addEventListener("close", () => {
    editor.remove();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  editor.focus();
  return dialog;
}
