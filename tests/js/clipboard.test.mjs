import assert from "node:assert/strict";
import { test } from "node:test";
import { newRegion } from "../../js/core/actions.js";
import { pasteRegions, regionsToText } from "../../js/core/clipboard.js";
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
    const result = pasteRegions(emptyDocument(), text);
    if (doc.regions.length === 0) {
      assert.equal(result, null);
      continue;
    }
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

test("other people's clipboards are not ours", () => {
  const broken = '{"flux_regions": [{"strength": 7}]}';
  for (const text of [
    "",
    "a fox",
    "null",
    "5",
    "[]",
    "{}",
    '{"flux_regions": 5}',
    '{"flux_regions": []}',
    broken,
    '{"flux_regions": [',
  ]) {
    assert.equal(pasteRegions(emptyDocument(), text), null, text);
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
  for (const other of ['{"schema": 1}', '{"schema": 3, "regions": [{}]}', '{"regions": [{"shapes": []}]}']) {
    assert.equal(pasteRegions(emptyDocument(), other), null, other);
  }
});
