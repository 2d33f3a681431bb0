/**
 * An element with attributes, listeners and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} attributes `on…` functions become listeners; true gives an empty attribute, false
 *   and null give none
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * A push button.
 *
 * @param {Node | string} face what is seen
 * @param {string} label what screen readers say and the tooltip shows
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, unknown>} [attributes]
 */
export function button(face, label, onclick, attributes = {}) {
  return element("button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, face);
}

/**
 * A field with its label before it.
 *
 * @param {string} text
 * @param {HTMLElement} field
 */
export function labelled(text, field) {
  return element("label", {}, element("span", {}, text), field);
}

/**
 * Show `value` in a field without disturbing somebody who is typing the same in it.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field
 * @param {string | number} value
 */
export function setValue(field, value) {
  if (field.value !== String(value)) field.value = String(value);
}
