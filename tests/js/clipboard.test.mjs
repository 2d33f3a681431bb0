import assert from "node:assert/strict";
import { test } from "node:test";
import { newRegion } from "../../js/core/actions.js";
import { kindOfText, pasteRegions, regionsToText } from "../../js/core/clipboard.js";
import { emptyDocument } from "../../js/core/document.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { regionBounds } from "../../js/core/region_area.js";
import { chance, randomDocument } from "./random.mjs";

const BOX = { kind: "rect", x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
const sample = () => newRegion(emptyDocument(), [BOX], { name: "n1" }).doc;
const ids = (doc) => doc.regions.map(({ id }) => id);

test("regions travel by the clipboard, also into a document that holds them", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const doc = randomDocument(chance(seed));
    const text = regionsToText(doc, ids(doc));
    if (doc.regions.length === 0) continue;
    const result = pasteRegions(emptyDocument(), text);
    const stored = parseDocument(stringifyDocument(doc)).regions;
    result.doc.regions.forEach((region, index) => {
      const { shapes, prompt, strength, visible } = stored[index];
      assert.deepEqual(
        [region.shapes, region.prompt, region.strength, region.visible],
        [shapes, prompt, strength, visible],
      );
    });
    const twice = pasteRegions(result.doc, text).doc;
    assert.equal(new Set(ids(twice)).size, 2 * doc.regions.length, `seed ${seed}`);
    parseDocument(stringifyDocument(twice));
  }
});

test("what is pasted never lies exactly on what is there", () => {
  const bare = newRegion(sample(), []).doc;
  assert.equal(
    pasteRegions(bare, regionsToText(bare, ["r2"])).doc.regions.length,
    3,
    "without a drawing nothing is hidden",
  );
  let doc = sample();
  const text = regionsToText(doc, ["r1"]);
  for (let paste = 0; paste < 4; paste += 1) doc = pasteRegions(doc, text).doc;
  assert.equal(new Set(doc.regions.map((region) => regionBounds(region, 1).x0.toFixed(3))).size, 5);
  assert.equal(new Set(doc.regions.map(({ name }) => name)).size, 5);
});

test("what a text holds is told by its form", () => {
  const kinds = {
    lines: ["a fox", "left half: a red car", "[left half]: a red car", "5"],
    regions: [
      '{"flux_regions": 5}',
      '{"flux_regions": [',
      '{"schema": 1}',
      '{"regions": [{"shapes": []}]}',
      '[{"regions": ',
    ],
    workflow: ['{"nodes": [], "links": []}', '{"3": {"class_type": "KSampler", "inputs": {}}}'],
    json: ["{}", "[]", '{"a": 1}', "{left half}: a red car"],
  };
  for (const [kind, texts] of Object.entries(kinds))
    for (const text of texts) assert.equal(kindOfText(text), kind, text);
});

test("what cannot be pasted says why", () => {
  const many = JSON.stringify({ flux_regions: new Array(1000).fill({}) });
  for (const [text, sentence] of [
    ['{"flux_regions": 5}', /regions/],
    ['{"flux_regions": []}', /no regions in it/],
    ['{"flux_regions": [{"strength": 7}]}', /Region 1: strength/],
    ['{"schema": 1, "regions": [', /not complete, correct JSON/],
    ['{"schema": 1}', /no regions in it/],
    ['{"schema": 3, "regions": [{}]}', /update the pack/],
    ['{"regions": [{"shapes": []}]}', /no schema/],
    [many, /1001 regions/],
  ]) {
    assert.throws(() => pasteRegions(sample(), text), { name: "DocumentError", message: sentence }, text);
  }
});

test("a whole document is pasted too, with its prompts where there are none", () => {
  const text = JSON.stringify({
    schema: 1,
    base_prompt: "a street",
    background_prompt: "fog",
    regions: [{ prompt: "a car", shapes: [BOX] }],
  });
  const result = pasteRegions(emptyDocument(), text).doc;
  assert.deepEqual([result.base_prompt, result.background_prompt, result.regions.length], ["a street", "fog", 1]);
  assert.deepEqual(result.regions[0].shapes, [{ ...BOX, mode: "add" }]);
  const kept = pasteRegions({ ...sample(), base_prompt: "a room" }, text).doc;
  assert.deepEqual([kept.base_prompt, kept.background_prompt, kept.regions.length], ["a room", "fog", 2]);
});
