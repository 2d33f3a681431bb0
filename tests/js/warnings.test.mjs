import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_BYTES } from "../../js/core/document.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { warningsOf } from "../../js/core/warnings.js";
import { chance, randomDocument } from "./random.mjs";

const rect = (x, y, width, height) => ({ kind: "rect", x, y, width, height });
const region = (id, shape, fields = {}) => ({ id, name: id, prompt: "x", shapes: [shape], ...fields });

function warned(...regions) {
  return warningsOf(parseDocument(JSON.stringify({ schema: 1, regions })), 1024, 1024);
}

const kinds = (warnings) => warnings.map(({ region: id, kind }) => `${id} ${kind}`);

test("regions side by side with prompts give no warning", () => {
  assert.deepEqual(warned(region("a", rect(0, 0, 0.5, 1)), region("b", rect(0.5, 0, 0.5, 1))), []);
});

test("empty, vanishing and silent regions are named", () => {
  const warnings = warned(
    region("none", rect(2, 0, 1, 1)),
    region("speck", rect(0.2, 0.2, 0.003, 0.003)),
    region("hair", rect(0.6, 0, 0.0001, 1)),
    region("mute", rect(0, 0.5, 0.1, 0.1), { prompt: " \n" }),
  );
  assert.deepEqual(kinds(warnings), ["none empty", "speck vanishes", "hair vanishes", "mute no_prompt"]);
  assert.ok(warnings[0].text.startsWith("Region 1 ('none') is empty: "));
});

test("a region under others is hidden from 95 % on, before that overlapped, up to 5 % neither", () => {
  const under = (share) => kinds(warned(region("a", rect(0, 0, 0.5, 1)), region("b", rect(0, 0, 0.5, share))));
  assert.deepEqual(under(0.97), ["a hidden"]);
  assert.deepEqual(under(0.9), ["a overlap"]);
  assert.deepEqual(under(0.06), ["a overlap"]);
  assert.deepEqual(under(0.04), []);
});

test("an overlap names all those on top, and says how much", () => {
  const [warning] = warned(
    region("sky", rect(0, 0, 1, 1)),
    region("kite", rect(0, 0, 0.5, 0.5)),
    region("dot", rect(0.9, 0.9, 0.02, 0.02)),
    region("", rect(0.5, 0.5, 0.5, 0.5)),
  ).filter(({ kind }) => kind === "overlap");
  assert.ok(
    warning.text.startsWith("Region 1 ('sky') is covered to 50 % by Region 2 ('kite') and Region 4: "),
    warning.text,
  );
});

test("many small ones that hide a region together are told of, too", () => {
  const tiles = Array.from({ length: 25 }, (_, index) =>
    region(`t${index}`, rect((index % 5) / 5, Math.floor(index / 5) / 5, 0.2, 0.2)),
  );
  const warnings = warned(region("a", rect(0, 0, 1, 1)), ...tiles);
  assert.deepEqual(kinds(warnings), ["a hidden"]);
  assert.match(warnings[0].text, /under the regions drawn later: /);
});

test("regions that are not visible neither warn nor cover", () => {
  const hidden = { visible: false, prompt: "" };
  assert.deepEqual(
    warned(region("a", rect(0, 0, 1, 1)), region("b", rect(0, 0, 1, 1), hidden), region("c", rect(3, 0, 1, 1), hidden)),
    [],
  );
});

test("a drawing past 64 KB is told of once, for the whole document", () => {
  const [warning, ...more] = warned(region("a", rect(0, 0, 1, 1), { prompt: "w".repeat(MAX_BYTES) }));
  assert.deepEqual([warning.region, warning.kind, more.length], [null, "too_large", 0]);
  assert.match(warning.text, /65 KB.*64 KB/);
});

test("every warning of random documents is one plain sentence about a visible region", () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const doc = randomDocument(chance(seed));
    const ids = doc.regions.filter((one) => one.visible).map(({ id }) => id);
    for (const { region: id, kind, text } of warningsOf(doc, 200, 136)) {
      assert.ok(ids.includes(id) && /^(empty|vanishes|hidden|overlap|no_prompt)$/.test(kind), `seed ${seed}`);
      assert.match(text, /^Region \d+[^.]*\.$/, `seed ${seed}`);
      assert.doesNotMatch(text, /NaN|undefined|null|Infinity| -\d/, `seed ${seed}`);
    }
  }
});

test("a thousand regions that cover everything are looked through in seconds", () => {
  const full = Array.from({ length: 1000 }, (_, index) => region(`r${index}`, rect(0, 0, 1, 1)));
  const started = process.cpuUsage();
  const [first] = warned(...full);
  assert.ok(process.cpuUsage(started).user < 20e6);
  assert.match(first.text, /^Region 1 .* under Region 2 .*, Region 9 \('r8'\) and others: /);
});
