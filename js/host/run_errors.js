import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { nodeByExecutionId } from "./upstream.js";

/**
 * Say in the editor why a run broke off at its node: newer pages have the sentence in a log only. The large editor, which
 * lies over the page's own words, says it of any node.
 *
 * @param {object} node
 * @param {import("../editor/editor_state.js").EditorState} state
 * @param {() => boolean} isLarge whether the large editor is open
 * @returns {{run: () => Promise<void>, end: () => void}} run: queue the graph
 */
export function followRunErrors(node, state, isLarge) {
  let said = null;
  const say = (id, type, sentence) => {
    const failed = nodeByExecutionId(id);
    if (failed !== node && !isLarge()) return;
    said = failed === node ? sentence : `${failed?.title ?? type}: ${sentence}`;
    state.say(said);
  };
  const clear = () => {
    if (said !== null && state.message === said) state.say(null);
    said = null;
  };
  const onError = ({ detail }) => say(detail.node_id, detail.node_type, detail.exception_message.trim());
  api.addEventListener("execution_start", clear);
  api.addEventListener("execution_error", onError);
  const run = async () => {
    clear();
    await app.queuePrompt(0, 1);
    // What was refused before anything ran.
    const [refused] = Object.entries(app.lastNodeErrors ?? {});
    if (!refused) return;
    const [id, { class_type: type, errors }] = refused;
    const { message, details } = errors[0];
    say(id, type, details || message);
  };
  const end = () => {
    api.removeEventListener("execution_start", clear);
    api.removeEventListener("execution_error", onError);
  };
  return { run, end };
}
