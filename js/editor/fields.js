import { resizeRegion, setPrompts, updateRegion } from "../core/actions.js";
import { regionBounds } from "../core/geometry.js";
import { element, labelled, show } from "./elements.js";

/** What can be typed: the prompts around the regions, and everything about the selected region. */
export function fields(session) {
  const base = promptField("The whole picture, regions included", (text) => prompts("base_prompt", text));
  const background = promptField("Optional: the part in no region", (text) => prompts("background_prompt", text));
  const prompts = (name, text) => session.commit(setPrompts(session.document, { [name]: text }), "Prompt", name);
  const region = regionFields(session);
  const root = element(
    "div",
    { class: "flux-regions-fields" },
    region.root,
    labelled("Whole picture", base),
    labelled("Background", background),
  );
  const update = () => {
    show(base, session.document.base_prompt);
    show(background, session.document.background_prompt);
    region.update();
  };
  return { root, update, focusPrompt: region.focusPrompt };
}

function promptField(placeholder, changed) {
  const field = element("textarea", { rows: 2, placeholder, spellcheck: "true", oninput: () => changed(field.value) });
  return field;
}

function regionFields(session) {
  const change = (fields, key) => {
    const id = session.selection[0];
    session.commit(updateRegion(session.document, id, fields), "Change region", `${id} ${key}`);
  };
  const prompt = promptField("What is in this region, as for a picture of its own", (text) =>
    change({ prompt: text }, "prompt"),
  );
  const name = element("input", {
    type: "text",
    placeholder: "name",
    oninput: () => change({ name: name.value }, "name"),
  });
  const colour = element("input", {
    type: "color",
    title: "Colour in the editor",
    oninput: () => change({ colour: colour.value }, "colour"),
  });
  const number = (key, min, max, step, title) => {
    const field = element("input", { type: "number", min, max, step, title, "aria-label": title, name: key });
    field.addEventListener("input", () => {
      const value = Number(field.value);
      if (field.value === "" || !Number.isFinite(value)) return;
      const held = Math.min(max, Math.max(min, value));
      const region = session.selected[0];
      if (key === "start" && held >= region.end) return;
      if (key === "end" && held <= region.start) return;
      change({ [key]: held }, key);
    });
    field.addEventListener("change", () => show(field, session.selected[0]?.[key] ?? "")); // what was taken of it
    return field;
  };
  const strength = number("strength", 0, 2, 0.05, "Strength: 1 = as base_ratio says, 0 = none, up to 2 = stronger");
  const feather = number("feather", 0, 0.5, 0.01, "Feather: width of the soft edge, as a fraction of the shorter side");
  const start = number("start", 0, 1, 0.05, "From this share of the steps on the region acts");
  const end = number(
    "end",
    0,
    1,
    0.05,
    "Up to this share of the steps the region acts (Apply's own window holds, too)",
  );
  const place = placeFields(session);
  const title = element("div", { class: "flux-regions-heading" });
  const root = element(
    "fieldset",
    { class: "flux-regions-region" },
    element("legend", {}, title),
    element("div", { class: "flux-regions-line" }, labelled("Name", name), labelled("Colour", colour)),
    labelled("Prompt", prompt),
    element(
      "div",
      { class: "flux-regions-line" },
      labelled("Strength", strength),
      labelled("Feather", feather),
      labelled("Start", start),
      labelled("End", end),
    ),
    place.root,
  );
  const update = () => {
    const [region] = session.selected;
    root.hidden = session.selected.length !== 1;
    if (root.hidden) return;
    title.textContent = `Region ${session.document.regions.indexOf(region) + 1}`;
    show(prompt, region.prompt);
    show(name, region.name);
    show(colour, region.colour);
    for (const [field, value] of [
      [strength, region.strength],
      [feather, region.feather],
      [start, region.start],
      [end, region.end],
    ]) {
      if (document.activeElement !== field) show(field, value);
    }
    place.update(region);
  };
  return { root, update, focusPrompt: () => prompt.focus() };
}

/** Left, top, width and height of the selected region as numbers, in percent of the picture. */
function placeFields(session) {
  const sides = ["x", "y", "width", "height"];
  const inputs = sides.map((side) => {
    const field = element("input", { type: "number", step: 1, name: side, "aria-label": `${side} in percent` });
    field.addEventListener("change", () => apply());
    return field;
  });
  const apply = () => {
    const [region] = session.selected;
    const from = region && regionBounds(region, session.aspect);
    const [x, y, width, height] = inputs.map((field) => Number(field.value) / 100);
    if (!from || region.locked || !(width > 0 && height > 0)) return session.set({});
    const to = { x0: x, y0: y, x1: x + width, y1: y + height };
    session.commit(resizeRegion(session.document, region.id, from, to), "Place region");
  };
  const root = element(
    "div",
    { class: "flux-regions-line" },
    ...sides.map((side, i) =>
      labelled({ x: "Left %", y: "Top %", width: "Width %", height: "Height %" }[side], inputs[i]),
    ),
  );
  const update = (region) => {
    const box = regionBounds(region, session.aspect);
    const values = box ? [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0] : ["", "", "", ""];
    inputs.forEach((field, i) => {
      field.disabled = !box || region.locked;
      show(field, box ? Math.round(values[i] * 1000) / 10 : "");
    });
  };
  return { root, update };
}
