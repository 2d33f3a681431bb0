/**
 * Each line of standard input, a JSON string, goes through what the page does with a document: it is read, written,
 * looked through for warnings, and its prompts are expanded. Prints one JSON: what failed, and the slow ones again.
 */

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const core = pathToFileURL(`${process.argv[2]}/`).href;
const limitOf10000 = Number(process.argv[3]);
const { DocumentError } = await import(`${core}document.js`);
const { parseDocument } = await import(`${core}document_reader.js`);
const { stringifyDocument } = await import(`${core}document_writer.js`);
const { expandDocument, expandPrompt } = await import(`${core}dynamic_prompt.js`);
const { warningsOf } = await import(`${core}warnings.js`);
const { pasteRegions } = await import(`${core}clipboard.js`);
const { emptyDocument } = await import(`${core}document.js`);
const REPEATS = 3;

const findings = { tracebacks: [], slow: [], read: 0 };
const USES = {
  read: (text) => {
    const doc = parseDocument(text);
    findings.read += 1;
    parseDocument(stringifyDocument(doc));
    warningsOf(doc, 256, 256);
  },
  paste: (text) => pasteRegions(emptyDocument(), text),
  "expand the document": (text) => expandDocument(text, () => 0.5),
  "expand the prompt": (text) => expandPrompt(text, () => 0.5),
};

/** Milliseconds of the processor; what is thrown, other than a sentence about the document, is noted. */
function timed(name, text) {
  const started = process.cpuUsage();
  try {
    USES[name](text);
  } catch (error) {
    const note = `${name}: ${error.stack?.split("\n").slice(0, 2).join(" ")} <- ${text.slice(0, 300)}`;
    if (!(error instanceof DocumentError)) findings.tracebacks.push(note);
  }
  return process.cpuUsage(started).user / 1000;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const text = JSON.parse(line);
  const limit = 1000 * limitOf10000 * Math.max(text.length / 10_000, 1);
  for (const name of Object.keys(USES)) {
    let milliseconds = timed(name, text);
    for (let again = 1; again < REPEATS && milliseconds > limit; again += 1) {
      const before = findings.tracebacks.length;
      milliseconds = Math.min(milliseconds, timed(name, text));
      findings.tracebacks.length = before;
    }
    if (milliseconds > limit) {
      findings.slow.push(
        `${name}: ${Math.round(milliseconds)} ms for ${text.length} characters <- ${text.slice(0, 300)}`,
      );
    }
  }
}
console.log(JSON.stringify(findings));
