/** @import { EditorState } from "./editor_state.js" */

import { newRegion } from "../core/actions.js";
import { kindOfText, pasteRegions } from "../core/clipboard.js";
import { uniqueName } from "../core/region.js";
import { button, element } from "./elements.js";
import { tracedShapes } from "./traced_picture.js";

const TEXT_FILE = /\.(json|txt|md)$/i;

/**
 * @typedef {object} Ways
 * @property {(name: string, file: File) => void} send an event for the host: "flux-regions-file" with a picture to be
 *   the backdrop, "flux-regions-foreign-file" with a graph
 * @property {() => void} focus gives the keyboard to the drawing area
 */

/** What comes in from outside, pasted, dropped or opened: text with regions, pictures. What cannot be read says why. */
export class Incoming {
  /**
   * @param {EditorState} state
   * @param {Ways} ways
   */
  constructor(state, ways) {
    this.state = state;
    this.ways = ways;
    /** @type {File | null} */
    this.asked = null;
    this.title = element("span", {});
    const answer = (face, hint, take) => button(face, `${face}: ${hint}`, () => this.#answer(take));
    const backdrop = answer("Backdrop", "show it under the regions; it is not saved", (file) => this.#show(file));
    const region = answer("Region", "a new one of its white, or opaque, part", (file) => this.#trace(file));
    /** What is asked of a picture. */
    this.question = element(
      "div",
      {
        class: "flux-regions-question",
        role: "group",
        hidden: true,
        onkeydown: (event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          this.#answer(() => {});
        },
      },
      this.title,
      backdrop,
      region,
      answer("Cancel", "do nothing with it (Escape)", () => {}),
    );
    this.firstAnswer = backdrop;
  }

  /**
   * @param {DragEvent} event
   * @returns {boolean} whether what is dragged may be ours: a file, or text that is not for a field
   */
  takes(event) {
    const { types } = event.dataTransfer;
    const target = /** @type {Element} */ (event.target);
    const isText = types.includes("text/plain") && !types.includes("text/uri-list");
    return types.includes("Files") || (isText && !target.matches("input, textarea:not(.flux-regions-keyboard)"));
  }

  /** @param {DragEvent} event */
  drop(event) {
    if (!this.takes(event)) return;
    const files = [...event.dataTransfer.files];
    const text = event.dataTransfer.getData("text/plain");
    const isOurs = files.length > 0 ? files.some(isReadable) : text !== "";
    if (!isOurs) return;
    event.preventDefault();
    event.stopPropagation();
    if (files.length > 0) this.open(files.find(isReadable));
    else this.#takeText(text);
  }

  /** @param {DataTransfer} data of the clipboard; a picture becomes the backdrop */
  paste(data) {
    const picture = [...data.files].find(isPicture);
    if (picture) this.#show(picture);
    else this.#takeText(data.getData("text/plain"));
  }

  /**
   * @param {File} file a text, or a picture, of which is asked what it is to be
   * @returns {Promise<void>}
   */
  async open(file) {
    if (!isPicture(file)) return this.#takeText(await file.text(), file);
    this.asked = file;
    this.title.textContent = `${file.name || "The picture"}:`;
    this.question.setAttribute("aria-label", `What is ${file.name || "the picture"} to be?`);
    this.question.hidden = false;
    this.firstAnswer.focus({ preventScroll: true });
  }

  #answer(take) {
    const file = this.asked;
    this.asked = null;
    this.question.hidden = true;
    this.ways.focus();
    if (file) take(file);
  }

  #show(file) {
    this.ways.send("flux-regions-file", file);
  }

  #trace(file) {
    return this.#orSay(async () => {
      const shapes = await tracedShapes(file, this.state.aspect);
      const doc = this.state.document;
      const name = uniqueName(file.name.replace(/\.\w+$/, ""), new Set(doc.regions.map((region) => region.name)));
      const added = newRegion(doc, shapes, { name });
      this.state.commit(added.doc, "Region of a picture", "", [added.id]);
    });
  }

  /**
   * @param {string} text
   * @param {File | null} [file] it came in: one with a graph is the host's
   */
  #takeText(text, file = null) {
    if (text.trim() === "" || this.state.value.error) return undefined;
    const kind = kindOfText(text);
    if (kind === "workflow" && file) return this.ways.send("flux-regions-foreign-file", file);
    return this.#orSay(async () => {
      if (kind === "workflow") throw new Error("That is a workflow: paste it beside the node, on the graph.");
      if (kind === "json") throw new Error('That is no document of regions: it begins with {"schema": 1, …}.');
      const { width, height } = this.state;
      const source = kind === "lines" ? await this.state.readText(text, width, height) : text;
      const pasted = pasteRegions(this.state.document, source);
      this.state.commit(pasted.doc, "Paste regions", "", pasted.ids);
    });
  }

  async #orSay(take) {
    try {
      await take();
    } catch (error) {
      this.state.say(error.message);
    }
  }
}

function isReadable(file) {
  return isPicture(file) || TEXT_FILE.test(file.name);
}

function isPicture(file) {
  return file.type.startsWith("image/");
}
