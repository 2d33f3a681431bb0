import assert from "node:assert/strict";
import { test } from "node:test";
import { updateRegions } from "../../js/core/actions.js";
import { alignRegions, distributeRegions } from "../../js/core/arrange.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { regionBounds } from "../../js/core/region_area.js";
import { between, chance, randomRegion } from "./random.mjs";

const rect = (x, y, width, height) => ({ kind: "rect", x, y, width, height });
const documentOf = (...regions) =>
  parseDocument(
    JSON.stringify({ schema: 1, regions: regions.map(([shape, more]) => ({ prompt: "", shapes: [shape], ...more })) }),
  );
const idsOf = (doc) => doc.regions.map(({ id }) => id);
const near = (value, expected, message) =>
  assert.ok(Math.abs(value - expected) < 1e-9, `${message}: ${value}, ${expected}`);

test("aligned regions share a side or a middle of the box around them, and keep the rest", () => {
  let tried = 0;
  for (let seed = 0; seed < 200; seed += 1) {
    const next = chance(seed);
    const aspect = between(next, 0.5, 2);
    const doc = parseDocument(JSON.stringify({ schema: 1, regions: [0, 1, 2].map(() => randomRegion(next, 0)) }));
    const boxes = doc.regions.map((region) => regionBounds(region, aspect));
    if (boxes.includes(null) || doc.regions.some(({ locked }) => locked)) continue;
    tried += 1;
    for (const [axis, other] of [
      ["x", "y"],
      ["y", "x"],
    ]) {
      for (const at of [0, 0.5, 1]) {
        const after = alignRegions(doc, idsOf(doc), { axis, at }, aspect).regions.map((region) =>
          regionBounds(region, aspect),
        );
        const low = Math.min(...boxes.map((box) => box[`${axis}0`]));
        const high = Math.max(...boxes.map((box) => box[`${axis}1`]));
        after.forEach((box, index) => {
          near(box[`${axis}0`] + at * (box[`${axis}1`] - box[`${axis}0`]), low + at * (high - low), `seed ${seed}`);
          near(box[`${other}0`], boxes[index][`${other}0`], `seed ${seed}`);
        });
      }
    }
  }
  assert.ok(tried > 20);
});

test("a locked region stays, and the others come to it", () => {
  const doc = documentOf([rect(0.1, 0, 0.2, 0.1)], [rect(0.5, 0.3, 0.2, 0.1), { locked: true }]);
  const after = alignRegions(doc, idsOf(doc), { axis: "x", at: 0 }, 1);
  near(after.regions[0].shapes[0].x, 0.5, "left");
  assert.equal(after.regions[1], doc.regions[1]);
  assert.equal(alignRegions(doc, ["r1"], { axis: "x", at: 0 }, 1), doc, "one alone has nothing to come to");
});

test("spread regions have equal gaps; the outermost stay, and two have none to spread", () => {
  const doc = documentOf(
    [rect(0.8, 0, 0.1, 0.1)],
    [rect(0.1, 0, 0.2, 0.1)],
    [rect(0.35, 0.4, 0.1, 0.1)],
    [rect(0.4, 0, 0.1, 0.1)],
  );
  const [last, first, second, third] = distributeRegions(doc, idsOf(doc), "x", 1).regions.map(
    ({ shapes }) => shapes[0],
  );
  near(first.x, 0.1, "first");
  near(second.x, 0.4, "second");
  near(third.x, 0.6, "third");
  near(last.x, 0.8, "last");
  assert.equal(second.y, 0.4);
  assert.equal(distributeRegions(doc, idsOf(doc).slice(0, 2), "x", 1), doc);
});

test("a field of several regions is one step, in each held within its range", () => {
  const doc = documentOf([rect(0, 0, 1, 1), { start: 0.2, end: 0.4 }], [rect(0, 0, 1, 1)], [rect(0, 0, 1, 1)]);
  const [first, second, third] = updateRegions(doc, ["r1", "r2"], { start: 0.9, strength: 5 }).regions;
  assert.ok(first.start < first.end && first.end === 0.4);
  assert.deepEqual([second.start, second.strength, first.strength], [0.9, 2, 2]);
  assert.equal(third, doc.regions[2]);
});
