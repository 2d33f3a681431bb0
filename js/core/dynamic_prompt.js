/**
 * Choices and comments in prompts, as ComfyUI's own page reads them in CLIP Text Encode: "a {red|blue} ball // note" is
 * "a red ball " or "a blue ball ".
 */

const COMMENT_START = /\/\*|\/\//g;
const LINE = /.*/y;
const TOKEN = /\\[{}|]|[{}|]|\\|[^{}|\\]+/g;

/**
 * @param {string} prompt choices may hold choices; one that is not closed ends with the prompt; \{ \} \| are the
 *   characters themselves
 * @param {() => number} [random] 0 <= number < 1
 * @returns {string}
 */
export function expandPrompt(prompt, random = Math.random) {
  // The options of each open choice; the lowest is the prompt itself, which has one.
  const open = [[""]];
  const append = (text) => (open[open.length - 1][open[open.length - 1].length - 1] += text);
  const choose = () => {
    const options = open.pop();
    append(options[Math.floor(random() * options.length)]);
  };
  for (const token of withoutComments(prompt).match(TOKEN) ?? []) {
    const isInChoice = open.length > 1;
    if (token === "{") open.push([""]);
    else if (token === "}" && isInChoice) choose();
    else if (token === "|" && isInChoice) open[open.length - 1].push("");
    else append(token.length === 2 && token[0] === "\\" ? token[1] : token);
  }
  while (open.length > 1) choose();
  return open[0][0];
}

/**
 * @param {string} text a stored document; what is none comes back as it is
 * @param {() => number} [random] as in expandPrompt
 * @returns {string} the same with all its prompts expanded
 */
export function expandDocument(text, random = Math.random) {
  let doc;
  try {
    doc = JSON.parse(text);
  } catch {
    return text;
  }
  let isChanged = false;
  const expand = (fields, keys) => {
    if (fields === null || typeof fields !== "object") return;
    for (const key of keys) {
      if (typeof fields[key] !== "string") continue;
      const expanded = expandPrompt(fields[key], random);
      isChanged ||= expanded !== fields[key];
      fields[key] = expanded;
    }
  };
  expand(doc, ["base_prompt", "background_prompt"]);
  for (const region of Array.isArray(doc?.regions) ? doc.regions : []) expand(region, ["prompt"]);
  try {
    return isChanged ? JSON.stringify(doc) : text;
  } catch {
    return text; // nested more deeply than the browser can write; the node refuses it with a sentence
  }
}

/** The prompt without // and slash-star comments; one of the latter that does not end is none. */
function withoutComments(prompt) {
  // Looked for once: a search from each start would take time in proportion to the square of the length.
  const lastEnd = prompt.lastIndexOf("*/");
  const parts = [];
  let [rest, start] = [0, null];
  COMMENT_START.lastIndex = 0;
  while ((start = COMMENT_START.exec(prompt)) !== null) {
    if (start[0] === "/*" && start.index + 2 > lastEnd) continue;
    parts.push(prompt.slice(rest, start.index));
    rest = start[0] === "/*" ? prompt.indexOf("*/", start.index + 2) + 2 : endOfLine(prompt, start.index);
    COMMENT_START.lastIndex = rest;
  }
  return parts.join("") + prompt.slice(rest);
}

function endOfLine(text, position) {
  LINE.lastIndex = position;
  LINE.exec(text);
  return LINE.lastIndex;
}
