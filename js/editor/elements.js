/**
 * An element with attributes, listeners and children.
 *
 * @param {string} tag
 * @param {Object} attributes `on…` functions become listeners; true gives an empty attribute, false and null give none
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A push button: `label` is what screen readers say and the tooltip shows, `face` what is seen. */
export function button(face, label, onclick, attributes = {}) {
  return element("button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, face);
}

/** A field with its label before it. */
export function labelled(text, field) {
  return element("label", {}, element("span", {}, text), field);
}

/** Show `value` in a field without disturbing somebody who is typing the same in it. */
export function show(field, value) {
  if (field.value !== String(value)) field.value = value;
}
