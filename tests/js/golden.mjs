/** The facts that Python and JavaScript must both satisfy: every file of tests/golden/documents. */

import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../golden/documents/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));

/** [{text, why}, …] that are no documents, and that are. */
export const bad = read("bad.json");
export const good = read("good.json");

/** [{name, document, width, height, rows, cols, coverage}, …] */
export const coverageCases = files
  .filter((name) => name !== "bad.json" && name !== "good.json")
  .map((name) => ({ name, ...read(name) }));
