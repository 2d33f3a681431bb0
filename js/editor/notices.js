/** @import { EditorState } from "./editor_state.js" */

import { warningsOf } from "../core/warnings.js";
import { button, element } from "./elements.js";

const MAX_SHOWN = 20_000; // characters of an unreadable value
const MAX_NUMBERS = 12; // of regions in one notice
const REST = 250; // ms after the latest edit: nobody is told of what is still being typed
const MAX_NOTICES = 20; // hundreds would be read by nobody, and laid out at every edit

/**
 * What the artist should know: an unreadable value, or what is doubtful about the regions. Click one to go to its
 * region.
 *
 * @param {EditorState} state
 */
export function notices(state) {
  const root = element("div", { class: "flux-regions-notices", role: "status", "aria-live": "polite" });
  let shown = null;
  let timer = 0;
  const show = () => {
    const { value, message, width, height, chained } = state;
    const subject = value.error ?? state.document;
    const current = { subject, message, width, height, chained };
    if (shown && Object.keys(current).every((key) => shown[key] === current[key])) return;
    shown = current;
    root.replaceChildren(...(value.error ? errorNotice(state) : [...messageNotice(state), ...warningNotices(state)]));
  };
  const update = () => {
    clearTimeout(timer);
    const isOfError = typeof shown?.subject === "string";
    if (state.value.error || isOfError || state.message || shown?.message) show();
    else timer = window.setTimeout(show, REST);
  };
  const remove = () => clearTimeout(timer);
  return { root, update, remove };
}

function errorNotice(state) {
  const { text, error } = state.value;
  const isTooLong = text.length > MAX_SHOWN;
  const field = element("textarea", { rows: 4, "aria-label": "The value as text", spellcheck: "false" });
  field.value = isTooLong ? `${text.slice(0, MAX_SHOWN)}…` : text;
  field.readOnly = isTooLong;
  return [
    element("p", { class: "flux-regions-error", role: "alert" }, error),
    field,
    element(
      "div",
      {},
      button("Use this text", "Use this text, as it is corrected here", () => state.setText(field.value), {
        disabled: isTooLong,
      }),
      button("Start over", "Start over: throw the unreadable value away and begin with an empty drawing", () =>
        state.startOver(),
      ),
    ),
  ];
}

/** On what just did not work; a click puts it away. */
function messageNotice(state) {
  const { message } = state;
  if (!message) return [];
  const notice = button(message, "Put this message away", () => state.say(null), { class: "flux-regions-error" });
  notice.setAttribute("aria-label", message);
  return [notice];
}

function warningNotices(state) {
  const warnings = warningsOf(state.document, state.width, state.height, state.chained.length);
  const withoutPrompt = warnings.filter(({ kind }) => kind === "no_prompt").map(({ region }) => region);
  const shown = withoutPrompt.length > 1 ? warnings.filter(({ kind }) => kind !== "no_prompt") : warnings;
  const hidden = shown.length - MAX_NOTICES;
  const notices = shown
    .slice(0, MAX_NOTICES)
    .map(({ region, text }) =>
      region === null ? element("p", {}, text) : button(text, "Go to this region", () => state.select([region])),
    );
  if (withoutPrompt.length > 1) notices.unshift(promptsNotice(state, withoutPrompt));
  if (hidden > 0) notices.push(element("p", {}, `And ${hidden} more like these.`));
  return notices;
}

/** One line for all of them: right after a template there are many. */
function promptsNotice(state, ids) {
  const numbers = ids.map((id) => state.numberOf(state.document.regions.find((region) => region.id === id)));
  const shown = numbers.slice(0, MAX_NUMBERS).join(", ") + (numbers.length > MAX_NUMBERS ? ", …" : "");
  const text = `Regions ${shown} have no prompt: write what is to be seen there.`;
  return button(text, "Go to the first of them", () => state.select([ids[0]]));
}
