import { api } from "../../../scripts/api.js";
import { canvasesOf, resultAt, resultEvents, viewAddress, watchResults } from "./results.js";
import { upstream, widgetFor } from "./upstream.js";
import { activeTab, placeOf } from "./workflow_tab.js";

/**
 * The picture under the regions: while a run is going the sampler's live preview; else, by the editor's choice, the
 * connected image, the last result or a file ("auto": the newest of them).
 */
export class Backdrop {
  constructor(node, state) {
    watchResults();
    this.node = node;
    this.state = state;
    this.pictures = {}; // "input", "result", "dropped", "live" -> {address, image, time}
    this.isNew = true;
    /** @type {File | null} a picture that came in from outside; it is shown, not stored */
    this.dropped = null;
    this.listeners = {
      b_preview_with_metadata: (event) => this.#onPreview(event.detail),
      execution_success: () => this.#onEnd(),
      execution_error: () => this.#onEnd(),
      execution_interrupted: () => this.#onEnd(),
    };
    for (const [name, listener] of Object.entries(this.listeners)) api.addEventListener(name, listener);
    this.onResult = () => this.refresh();
    resultEvents.addEventListener("result", this.onResult);
  }

  remove() {
    for (const [name, listener] of Object.entries(this.listeners)) api.removeEventListener(name, listener);
    resultEvents.removeEventListener("result", this.onResult);
    for (const name of Object.keys(this.pictures)) this.#forget(name);
  }

  /** The connected image, once it is loaded; else null. */
  get connected() {
    return this.pictures.input?.ready ?? null;
  }

  /** Show what the choice asks for, and look whether there is another result or another image is connected. */
  refresh() {
    const place = placeOf(this.node);
    if (place) this.#follow("result", resultAt(place));
    const address = this.#connectedAddress();
    const time = this.isNew ? 0 : Date.now(); // nobody knows how long it has been there
    this.#follow("input", address && { address, time });
    this.isNew = false;
    this.#show();
  }

  /** @param {File} file a picture, to be shown from now on */
  drop(file) {
    this.state.set({ backdropChoice: "dropped" });
    this.setDropped(file);
  }

  /** @param {File} file see dropped */
  setDropped(file) {
    this.dropped = file;
    this.#load("dropped", URL.createObjectURL(file), Date.now());
  }

  #connectedAddress() {
    const source = upstream(this.node, "image");
    if (!source?.node) return null;
    if (source.node.imgs?.[0]?.src) return source.node.imgs[0].src;
    const file = widgetFor(source.node, "image")?.value;
    return typeof file === "string" && file ? viewAddress(inputFile(file)) : null;
  }

  #onPreview({ blob, displayNodeId, promptId, jobId }) {
    const made = canvasesOf(promptId ?? jobId, displayNodeId); // newer frontends call it a job
    if (made?.tab !== activeTab() || !made?.places.includes(placeOf(this.node))) return;
    this.#load("live", URL.createObjectURL(blob), Date.now());
  }

  #onEnd() {
    this.#forget("live");
    this.#show();
  }

  #follow(name, picture) {
    if (!picture) this.#forget(name);
    else if (this.pictures[name]?.address !== picture.address) this.#load(name, picture.address, picture.time);
  }

  #load(name, address, time) {
    const image = new Image();
    const previous = this.pictures[name];
    this.pictures[name] = { address, image, time, ready: previous?.ready ?? null };
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
    const { result, input } = this.pictures;
    const newest = input && result && input.time > result.time ? ["input", "result"] : ["result", "input"];
    const order = { auto: ["live", ...newest], none: [] }[choice] ?? ["live", choice];
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
