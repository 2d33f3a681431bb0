import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const CORE = new URL("../../js/core/", import.meta.url);

test("the core imports only itself, and no page is needed to load it", async () => {
  const files = readdirSync(CORE, { recursive: true }).filter((name) => name.endsWith(".js"));
  assert.ok(files.length > 0);
  for (const file of files) {
    const source = readFileSync(new URL(file, CORE), "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    for (const [, from] of source.matchAll(/\b(?:from|import) ?\(?"([^"]+)"/g))
      assert.ok(
        new URL(from, new URL(file, CORE)).href.startsWith(CORE.href) && from.startsWith("."),
        `${file}: ${from}`,
      );
    const page = source.match(/\b(window|globalThis|localStorage|navigator|HTMLElement|console)\b/);
    assert.equal(page, null, `${file} knows of ${page?.[0]}`);
  }
  const globals = Object.keys(globalThis).length;
  for (const file of files) await import(new URL(file, CORE));
  assert.equal(
    Object.keys(globalThis).length,
    globals,
    "the page imports every file as an extension: nothing may happen",
  );
});
