/**
 * The latest result of each Region Canvas, by tab and place: also of a tab that is not in front, and after a reload of
 * the page.
 */

import { api } from "../../../scripts/api.js";
import { canvasesBehind } from "./prompt_graph.js";
import { activeTab, placeName } from "./workflow_tab.js";

const STORED = "flux-regions.results"; // in the browser tab's session storage
const MAX_PROMPTS = 200;

/**
 * @typedef {{address: string, time: number}} Result
 * @typedef {{tab: object | null, graphId: string, graph: object}} Queued
 */

/** @type {Map<string, Queued>} by prompt id */
const queued = new Map();

/** @type {WeakMap<object, Map<string, Result>>} by tab and place */
const results = new WeakMap();

/** path of a tab -> place -> address, as it was before the page was loaded; each is used once. */
const earlier = readStored();

let asking = Promise.resolve();
let isWatching = false;

/** Called after each new result. */
export const resultEvents = new EventTarget();

/** Take note of what is queued and of what comes of it, from now on. */
export function watchResults() {
  if (isWatching) return;
  isWatching = true;
  // The answer holds the prompt's id, which no event of the page has together with the graph.
  const queuePrompt = api.queuePrompt;
  api.queuePrompt = async function (...given) {
    const tab = activeTab();
    const answer = queuePrompt.apply(this, given);
    asking = Promise.allSettled([asking, answer]).then(() => {});
    const response = await answer;
    const { output: graph, workflow } = given[1] ?? {};
    if (response?.prompt_id && graph) queued.set(response.prompt_id, { tab, graphId: workflow?.id, graph });
    if (queued.size > MAX_PROMPTS) queued.delete(queued.keys().next().value);
    return response;
  };
  api.addEventListener(
    "executed",
    async ({ detail: { node, display_node: shownNode, output, prompt_id: promptId } }) => {
      const last = output?.images?.at(-1);
      if (!last?.filename) return;
      await asking;
      if (!queued.has(promptId)) await askForPrompt(promptId);
      const { tab, places } = canvasesOf(promptId, shownNode ?? node) ?? {};
      if (!tab || places.length === 0) return;
      const ofTab = results.get(tab) ?? new Map();
      results.set(tab, ofTab);
      for (const place of places) ofTab.set(place, { address: viewAddress(last), time: Date.now() });
      store(tab, ofTab);
      resultEvents.dispatchEvent(new Event("result"));
    },
  );
}

/** One that was queued before the page was loaded, or past the page. */
async function askForPrompt(promptId) {
  const response = await api.fetchApi("/queue");
  const { queue_running: running = [] } = response.ok ? await response.json() : {};
  const [, , graph, extra] = running.find(([, id]) => id === promptId) ?? [];
  if (graph) queued.set(promptId, { tab: activeTab(), graphId: extra?.extra_pnginfo?.workflow?.id, graph });
}

/**
 * @param {string} promptId
 * @param {string} nodeId whose picture it is
 * @returns {{tab: object | null, places: string[]} | null} the canvases that it is made with; null for a prompt that
 *   is not known
 */
export function canvasesOf(promptId, nodeId) {
  const prompt = queued.get(promptId);
  if (!prompt) return null;
  const places = canvasesBehind(prompt.graph, String(nodeId)).map((id) => placeName(prompt.graphId, id));
  return { tab: prompt.tab, places };
}

/**
 * @param {string} place of a canvas in the tab in front
 * @returns {Result | null}
 */
export function resultAt(place) {
  const tab = activeTab();
  const known = tab && results.get(tab)?.get(place);
  if (known || !tab) return known ?? null;
  const address = earlier[tab.path]?.[place];
  if (!address) return null;
  delete earlier[tab.path][place];
  const result = { address, time: 0 };
  results.set(tab, (results.get(tab) ?? new Map()).set(place, result));
  return result;
}

/** @param {{filename: string, subfolder?: string, type?: string}} file @returns {string} its address on the host */
export function viewAddress({ filename, subfolder = "", type = "output" }) {
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);
}

function readStored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? {};
  } catch {
    return {};
  }
}

function store(tab, ofTab) {
  const addresses = Object.fromEntries([...ofTab].map(([place, { address }]) => [place, address]));
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ ...readStored(), [tab.path]: addresses }));
  } catch {
    // Full or forbidden: then it is not there after a reload.
  }
}
