import { fillRest } from "../core/actions.js";
import { TEMPLATES, applyTemplate } from "../core/templates.js";
import { button, element, show } from "./elements.js";
import { icon } from "./icons.js";
import { LARGEST_BRUSH, SMALLEST_BRUSH } from "./session.js";

const TOOL_BUTTONS = [
  ["select", "Select, move and resize (V)"],
  ["rect", "Rectangle (R)"],
  ["ellipse", "Ellipse (E)"],
  ["polygon", "Polygon and lasso: click corners or drag an outline; Enter closes it (P)"],
  ["brush", "Brush: paints the selected region, or a new one (B)"],
  ["eraser", "Eraser: takes away from the selected region (X)"],
];

/** Tools, what a drawn shape does, brush size, templates, undo, and how the drawing is shown. `popOut` may be null. */
export function toolbar(session, popOut) {
  const tools = TOOL_BUTTONS.map(([tool, label]) =>
    button(icon(tool), label, () => session.set({ tool }), { name: tool }),
  );
  const mode = element(
    "select",
    {
      title: "What a drawn shape does",
      "aria-label": "What a drawn shape does",
      onchange: () => session.set({ mode: mode.value }),
    },
    element("option", { value: "new" }, "new region"),
    element("option", { value: "add" }, "add to region"),
    element("option", { value: "subtract" }, "take away"),
  );
  const size = element("input", {
    type: "range",
    min: SMALLEST_BRUSH,
    max: LARGEST_BRUSH,
    step: 0.005,
    title: "Brush size ( [ and ], or the wheel over the picture )",
    "aria-label": "Brush size",
    oninput: () => session.setBrush(Number(size.value)),
  });
  const template = element(
    "select",
    {
      title: "Begin with a template; prompts you have typed are kept",
      "aria-label": "Template",
      onchange: () => choose(),
    },
    element("option", { value: "" }, "template…"),
    ...TEMPLATES.map(({ id, label }) => element("option", { value: id }, label)),
  );
  const choose = () => {
    const made = applyTemplate(session.document, template.value, session.aspect);
    template.value = "";
    session.commit(made.document, "Template");
    session.set({ tool: "select", selection: made.ids.slice(0, 1) });
  };
  const rest = button("fill rest", "Fill rest: a new region of all that is in no other (F)", () => fill(session));
  const undo = button(icon("undo"), "Undo (Ctrl+Z)", () => session.undo());
  const redo = button(icon("redo"), "Redo (Ctrl+Y)", () => session.redo());
  const grid = button(icon("tokens"), "Show the tokens: 16-pixel squares, as FLUX sees the regions (G)", () =>
    session.set({ showTokens: !session.showTokens }),
  );
  const backdrop = element(
    "select",
    {
      title: "The picture under the regions. You can also drop a file on the drawing; that one is not saved.",
      "aria-label": "Backdrop",
      onchange: () => session.set({ backdropChoice: backdrop.value }),
    },
    element("option", { value: "auto" }, "backdrop: auto"),
    element("option", { value: "input" }, "connected image"),
    element("option", { value: "result" }, "last result"),
    element("option", { value: "dropped" }, "dropped file"),
    element("option", { value: "none" }, "no backdrop"),
  );
  const large = popOut ? button(icon("large"), "Open the large editor", popOut) : null;
  const root = element(
    "div",
    { class: "flux-regions-toolbar", role: "toolbar", "aria-label": "Drawing tools" },
    element("div", { role: "group", "aria-label": "Tools" }, ...tools),
    mode,
    size,
    rest,
    template,
    element("div", { role: "group", "aria-label": "History" }, undo, redo),
    grid,
    backdrop,
    large,
  );
  const update = () => {
    for (const one of tools) one.setAttribute("aria-pressed", String(one.name === session.tool));
    show(mode, session.mode);
    show(size, session.brush);
    show(backdrop, session.backdropChoice);
    size.hidden = session.tool !== "brush" && session.tool !== "eraser";
    undo.disabled = !session.history.canUndo;
    redo.disabled = !session.history.canRedo;
    undo.title = ["Undo", session.history.undoLabel].filter(Boolean).join(": ") + " (Ctrl+Z)";
    redo.title = ["Redo", session.history.redoLabel].filter(Boolean).join(": ") + " (Ctrl+Y)";
    grid.setAttribute("aria-pressed", String(session.showTokens));
  };
  return { root, update };
}

/** The region of all that is in no other, selected. */
export function fill(session) {
  const made = fillRest(session.document, session.aspect);
  session.commit(made.document, "Fill rest");
  session.select([made.id]);
}
