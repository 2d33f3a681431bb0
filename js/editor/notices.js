import { warningsOf } from "../core/warnings.js";
import { button, element } from "./elements.js";

/** What the artist should know: an unreadable value, or what is doubtful about the regions. Click one to go to its region. */
export function notices(session) {
  const root = element("div", { class: "flux-regions-notices", role: "status", "aria-live": "polite" });
  let shown = null;
  const update = () => {
    const key = session.error ?? session.document;
    if (shown?.key === key && shown.width === session.width && shown.height === session.height) return;
    shown = { key, width: session.width, height: session.height };
    root.replaceChildren(...(session.error ? unreadable(session) : warned(session)));
  };
  return { root, update };
}

function unreadable(session) {
  const text = element("textarea", { rows: 4, "aria-label": "The value as text", spellcheck: "false" });
  text.value = session.text.length > 20000 ? `${session.text.slice(0, 20000)}…` : session.text;
  text.readOnly = session.text.length > 20000;
  return [
    element("p", { class: "flux-regions-error", role: "alert" }, session.error),
    text,
    element(
      "div",
      {},
      button("Use this text", "Read the corrected text", () => session.setValue(text.value), {
        disabled: text.readOnly,
      }),
      button("Start over", "Throw the unreadable value away and begin with an empty drawing", () =>
        session.startOver(),
      ),
    ),
  ];
}

function warned(session) {
  return warningsOf(session.document, session.width, session.height).map(({ region, text }) =>
    region === null ? element("p", {}, text) : button(text, "Go to this region", () => session.select([region])),
  );
}
