import { api } from "../../../scripts/api.js";
import { dependsOn, nodeByExecutionId, upstream, widgetFor } from "./upstream.js";

const PREVIEW = "FluxRegions_Preview"; // its picture shows the regions: it is no result

/** graph and node id -> the address of its last result: an undo of the graph makes the node anew. */
const results = new Map();

/**
 * The picture under the regions: while a run is going the sampler's live preview; else, by the editor's choice, the
 * connected image, the last result or a dropped file ("auto": the last result, else the connected image).
 */
export class Backdrop {
  constructor(node, state) {
    this.node = node;
    this.state = state;
    this.pictures = {}; // "input", "result", "dropped", "live" -> {address, image}
    this.listeners = {
      b_preview_with_metadata: (event) => this.#onPreview(event.detail),
      executed: (event) => this.#onResult(event.detail),
      execution_success: () => this.#onEnd(),
      execution_error: () => this.#onEnd(),
      execution_interrupted: () => this.#onEnd(),
    };
    for (const [name, listener] of Object.entries(this.listeners)) api.addEventListener(name, listener);
  }

  remove() {
    for (const [name, listener] of Object.entries(this.listeners)) api.removeEventListener(name, listener);
    for (const name of Object.keys(this.pictures)) this.#forget(name);
  }

  /** The connected image, once it is loaded; else null. */
  get connected() {
    return this.pictures.input?.ready ?? null;
  }

  /** Show what the choice asks for, and look whether another image has been connected. */
  refresh() {
    const result = results.get(this.#key);
    if (result && !this.pictures.result) this.#load("result", result);
    const address = this.#connectedAddress();
    if (!address) this.#forget("input");
    else if (this.pictures.input?.address !== address) this.#load("input", address);
    this.#show();
  }

  /** A file that was dropped on the editor; it is shown, not stored. */
  drop(file) {
    this.state.set({ backdropChoice: "dropped" });
    this.#load("dropped", URL.createObjectURL(file));
  }

  #connectedAddress() {
    const source = upstream(this.node, "image");
    if (!source?.node) return null;
    if (source.node.imgs?.[0]?.src) return source.node.imgs[0].src;
    const file = widgetFor(source.node, "image")?.value;
    return typeof file === "string" && file ? viewAddress(inputFile(file)) : null;
  }

  get #key() {
    return `${this.node.graph?.id} ${this.node.id}`;
  }

  #isMine(executionId) {
    return dependsOn(nodeByExecutionId(executionId), this.node, PREVIEW);
  }

  #onPreview({ blob, displayNodeId }) {
    if (this.#isMine(displayNodeId)) this.#load("live", URL.createObjectURL(blob));
  }

  #onResult({ node, display_node: displayNode, output }) {
    const last = output?.images?.at(-1);
    if (!last?.filename || !this.#isMine(displayNode ?? node)) return;
    results.set(this.#key, viewAddress(last));
    this.#load("result", viewAddress(last));
  }

  #onEnd() {
    this.#forget("live");
    this.#show();
  }

  #load(name, address) {
    const image = new Image();
    const previous = this.pictures[name];
    this.pictures[name] = { address, image, ready: previous?.ready ?? null };
    image.onload = () => {
      if (this.pictures[name]?.image !== image) return URL.revokeObjectURL(address);
      if (previous) URL.revokeObjectURL(previous.address);
      this.pictures[name].ready = image;
      this.#show();
    };
    image.onerror = () => this.pictures[name]?.image === image && (this.pictures[name].ready = null);
    image.src = address;
  }

  #forget(name) {
    if (this.pictures[name]) URL.revokeObjectURL(this.pictures[name].address);
    delete this.pictures[name];
  }

  #show() {
    const choice = this.state.backdropChoice;
    const order = { auto: ["live", "result", "input"], none: [] }[choice] ?? ["live", choice];
    const image = order.map((name) => this.pictures[name]?.ready).find(Boolean) ?? null;
    if (image !== (this.state.backdrop?.image ?? null)) this.state.set({ backdrop: image && { image } });
  }
}

/** "folder/name.png [input]" -> what the host's /view asks for. */
function inputFile(value) {
  const [, path, type] = value.match(/^(.*?)(?: \[(input|output|temp)\])?$/);
  const slash = path.lastIndexOf("/");
  return { filename: path.slice(slash + 1), subfolder: path.slice(0, Math.max(slash, 0)), type: type ?? "input" };
}

function viewAddress({ filename, subfolder = "", type = "output" }) {
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder, type })}`);
}
