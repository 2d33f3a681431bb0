/**
 * @import { EditorState } from "./editor_state.js"
 * @import { Incoming } from "./incoming.js"
 * @import { View } from "./view.js"
 */

import { gridLayout } from "../core/grid_template.js";
import { TEMPLATES, applyLayout, applyTemplate } from "../core/templates.js";
import { addRestRegion } from "./commands.js";
import { MAX_BRUSH, MIN_BRUSH } from "./editor_state.js";
import { button, element, setValue } from "./elements.js";
import { ICONS, icon } from "./icons.js";
import { saveDocument, saveMask } from "./save_files.js";
import { TOOLS } from "./tools/index.js";
import { select } from "./tools/select.js";

const MODES = { new: "new region", add: "add to region", subtract: "take away" };

const GRID = "grid";

const BACKDROPS = {
  auto: "backdrop: auto",
  input: "connected image",
  result: "last result",
  dropped: "dropped file",
  none: "no backdrop",
};

/**
 * Tools, what a drawn shape does, brush size, templates, undo, and how the drawing is shown.
 *
 * @param {EditorState} state
 * @param {Incoming} incoming takes the files that are opened
 * @param {(() => void) | null} openLarge opens the large editor
 * @param {View | null} view null where it shows all of the picture, always
 */
export function toolbar(state, incoming, openLarge, view) {
  const tools = TOOLS.map((tool) => ({ tool, button: toolButton(state, tool) }));
  const mode = choice(
    "What a drawn shape does",
    { title: "What a drawn shape does", onchange: () => state.set({ mode: mode.value }) },
    MODES,
  );
  const size = element("input", {
    type: "range",
    min: MIN_BRUSH,
    max: MAX_BRUSH,
    step: 0.005,
    title: "Brush size ( [ and ], or the wheel over the picture )",
    "aria-label": "Brush size",
    oninput: () => state.setBrush(Number(size.value)),
  });
  const rest = button("fill rest", "Fill rest: a new region of all that is in no other", () => addRestRegion(state));
  const undo = button(icon(ICONS.undo), "Undo (Ctrl+Z)", () => state.undo());
  const redo = button(icon(ICONS.redo), "Redo (Ctrl+Y)", () => state.redo());
  const grid = button(icon(ICONS.tokens), "Show the tokens: 16-pixel squares, as FLUX sees the regions (G)", () =>
    state.set({ showTokens: !state.showTokens }),
  );
  const snaps = button(
    icon(ICONS.snap),
    "Snap to edges, halves, thirds and other regions (S); Alt while dragging: not now",
    () => state.set({ snaps: !state.snaps }),
    { name: "snap" },
  );
  const backdrop = choice(
    "Backdrop",
    {
      title:
        "The picture under the regions; auto: the newest. A picture can also be pasted or dropped; it is not saved.",
      onchange: () => state.set({ backdropChoice: backdrop.value }),
    },
    BACKDROPS,
  );
  const opacity = element("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.05,
    name: "opacity",
    title: "How much the backdrop is seen; hold H to see it without the regions",
    "aria-label": "Backdrop opacity",
    oninput: () => state.set({ backdropOpacity: Number(opacity.value) }),
  });
  const large = openLarge ? button(icon(ICONS.large), "Open the large editor", openLarge) : null;
  const root = element(
    "div",
    { class: "flux-regions-toolbar", role: "toolbar", "aria-label": "Drawing tools" },
    element("div", { role: "group", "aria-label": "Tools" }, ...tools.map((entry) => entry.button)),
    mode,
    size,
    rest,
    ...templateChoice(state),
    element("div", { role: "group", "aria-label": "History" }, undo, redo),
    grid,
    snaps,
    backdrop,
    opacity,
    fileChoice(state, incoming),
    large,
    view && fitButton(view),
  );
  const update = () => {
    for (const entry of tools) entry.button.setAttribute("aria-pressed", String(entry.tool === state.tool));
    setValue(mode, state.mode);
    setValue(size, state.brush);
    setValue(backdrop, state.backdropChoice);
    setValue(opacity, state.backdropOpacity);
    opacity.hidden = !state.backdrop;
    size.hidden = !state.tool.usesBrush;
    const { canUndo, canRedo, undoLabel, redoLabel } = state.value.history;
    undo.disabled = !canUndo;
    redo.disabled = !canRedo;
    undo.title = ["Undo", undoLabel].filter(Boolean).join(": ") + " (Ctrl+Z)";
    redo.title = ["Redo", redoLabel].filter(Boolean).join(": ") + " (Ctrl+Y)";
    grid.setAttribute("aria-pressed", String(state.showTokens));
    snaps.setAttribute("aria-pressed", String(state.snaps));
  };
  return { root, update };
}

function toolButton(state, tool) {
  const label = `${tool.label} (${tool.key.toUpperCase()})`;
  return button(icon(tool.icon), label, () => state.set({ tool }), { name: tool.name });
}

/** How large the picture is shown; a click shows all of it. */
function fitButton(view) {
  const label = "Show all of the picture (0). Zoom: the wheel, + and -; move: the middle button, or Space and drag";
  const fit = button("", label, () => view.fit(), { name: "fit" });
  const update = () => {
    fit.textContent = `${Math.round(view.zoom * 100)} %`;
    fit.setAttribute("aria-label", `${fit.textContent}. ${label}`);
  };
  update();
  view.addEventListener("change", update);
  return fit;
}

function fileChoice(state, incoming) {
  const input = element("input", {
    type: "file",
    accept: ".json,.txt,image/*",
    onchange: () => input.files.length > 0 && incoming.open(input.files[0]),
  });
  const actions = { open: () => input.click(), document: () => saveDocument(state), mask: () => saveMask(state) };
  const title = "Regions, pictures and masks from files, and into files. They can also be dropped on the drawing.";
  const field = choice(
    "File",
    {
      title,
      onchange: () => {
        const action = actions[field.value];
        field.value = "";
        input.value = ""; // the same file may come again
        action();
      },
    },
    { "": "file…", open: "Open…", document: "Save the regions", mask: "Save the region's mask" },
  );
  return field;
}

function templateChoice(state) {
  const labels = Object.fromEntries(TEMPLATES.map(({ id, label }) => [id, label]));
  const place = ({ doc, ids }) => {
    state.commit(doc, "Template", "", []); // the first is to be chosen anew, so that the list shows it
    state.set({ tool: select, selection: ids.slice(0, 1) });
  };
  const grid = element("input", {
    type: "text",
    name: "grid",
    hidden: true,
    placeholder: "3 x 2 or 2:1 x 1",
    title: "Columns x rows: how many, or their ratios, as in 2:1:1 x 1. Enter places the regions.",
    "aria-label": "Columns x rows: how many, or their ratios",
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const layout = gridLayout(grid.value);
      grid.setAttribute("aria-invalid", String(layout === null));
      if (layout) place(applyLayout(state.document, layout));
    },
    onblur: () => (grid.hidden = true),
  });
  const apply = () => {
    const id = field.value;
    field.value = "";
    if (id !== GRID) return place(applyTemplate(state.document, id, state.aspect));
    grid.hidden = false;
    grid.focus({ preventScroll: true });
    grid.select();
  };
  const title = "Begin with a template; prompts you have typed are kept";
  const field = choice("Template", { title, onchange: apply }, { "": "template…", ...labels, [GRID]: "Grid…" });
  return [field, grid];
}

/** A field to choose one of {value: label, …}. */
function choice(name, attributes, labels) {
  const options = Object.entries(labels).map(([value, label]) => element("option", { value }, label));
  return element("select", { "aria-label": name, ...attributes }, ...options);
}
