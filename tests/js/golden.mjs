/** The facts that Python and JavaScript must both satisfy: tests/golden. */

import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../golden/", import.meta.url);
const DOCUMENTS = new URL("documents/", FOLDER);
const read = (name, folder = FOLDER) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

/** ["#rrggbb", …]: the colours of regions in their order. */
export const palette = read("palette.json");

/** [{name, default, low, high}, …]: the numbers of a region. */
export const regionFields = read("region_fields.json");

/** [{text, why, at}, …] that are no documents, at: how the error begins; and [{text, why}, …] that are. */
export const bad = read("bad.json", DOCUMENTS);
export const good = read("good.json", DOCUMENTS);

/** [{name, doc, width, height, rows, cols, coverage}, …] */
export const coverageCases = readdirSync(DOCUMENTS)
  .filter((name) => name.endsWith(".json") && name !== "bad.json" && name !== "good.json")
  .map((name) => {
    const { document: doc, ...expected } = read(name, DOCUMENTS);
    return { name, doc, ...expected };
  });
