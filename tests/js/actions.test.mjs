import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addShape,
  duplicateRegions,
  fillRest,
  moveRegions,
  newRegion,
  removeRegions,
  reorderRegion,
  resizeRegion,
  setPrompts,
  updateRegion,
} from "../../js/core/actions.js";
import { pasteRegions, regionsToText } from "../../js/core/clipboard.js";
import { emptyDocument } from "../../js/core/document.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { PALETTE } from "../../js/core/region.js";
import { regionBounds } from "../../js/core/region_area.js";
import { regionCoverage } from "../../js/core/tokens.js";
import { between, chance, pick, randomShape, whole } from "./random.mjs";

const BOX = { kind: "rect", x: 0.1, y: 0.2, width: 0.3, height: 0.4 };

function sample(count = 3) {
  let doc = emptyDocument();
  for (let number = 1; number <= count; number += 1) doc = newRegion(doc, [BOX], { name: `n${number}` }).doc;
  return doc;
}

const ids = (doc) => doc.regions.map(({ id }) => id);

function frozen(value) {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

test("a new region is whole, on top, and of the first free colour", () => {
  const stroke = {
    kind: "stroke",
    width: 0.1,
    points: [
      [0.5, 0.5],
      [0.6, 0.6, 0.5],
    ],
  };
  const { doc, id } = newRegion(removeRegions(sample(), ["r2"]), [stroke], { prompt: "a fox", id: "mine" });
  const region = doc.regions.at(-1);
  assert.deepEqual([region.id, id, region.prompt, region.colour], ["r2", "r2", "a fox", PALETTE[1]]);
  assert.deepEqual(region.shapes, [
    {
      ...stroke,
      mode: "add",
      points: [
        [0.5, 0.5, 1],
        [0.6, 0.6, 0.5],
      ],
    },
  ]);
  assert.deepEqual(parseDocument(stringifyDocument(doc)), doc, "just as the reader leaves it");
});

test("more regions than colours begin again", () => {
  const colours = sample(PALETTE.length + 2).regions.map(({ colour }) => colour);
  assert.deepEqual(colours, [...PALETTE, PALETTE[0], PALETTE[1]]);
});

test("updating sets fields, holds them in range, and leaves the others' objects alone", () => {
  const doc = sample();
  const updated = updateRegion(doc, "r2", { prompt: "a fox", strength: 9, feather: -1, id: "x" });
  const { prompt, strength, feather, id } = updated.regions[1];
  assert.deepEqual([prompt, strength, feather, id], ["a fox", 2, 0, "r2"]);
  assert.equal(updated.regions[0], doc.regions[0]);
  assert.equal(updated.regions[1].shapes, doc.regions[1].shapes);
  assert.equal(updateRegion(doc, "r2", { strength: 1, name: "n2" }), doc, "nothing changed");
  assert.equal(updateRegion(doc, "r2", { strength: NaN }), doc);
  assert.equal(updateRegion(doc, "missing", { strength: 2 }), doc);
});

test("no update of the step window makes the document unreadable", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const next = chance(seed);
    const value = () => pick(next, [0, 1, 0.005, 0.995, between(next, -1, 2)]);
    let doc = parseDocument(`{"schema":1,"regions":[{"start":${pick(next, [0, 0.4, 0.995])}}]}`);
    for (let step = 0; step < 5; step += 1) {
      const fields = pick(next, [{ start: value() }, { end: value() }, { start: value(), end: value() }]);
      doc = updateRegion(doc, "r1", fields);
      parseDocument(stringifyDocument(doc));
    }
  }
});

test("removing and reordering", () => {
  const doc = sample(4);
  assert.deepEqual(ids(removeRegions(doc, ["r1", "r3", "no"])), ["r2", "r4"]);
  assert.equal(removeRegions(doc, ["no"]), doc);
  assert.deepEqual(ids(reorderRegion(doc, "r1", 2)), ["r2", "r3", "r1", "r4"]);
  assert.deepEqual(ids(reorderRegion(doc, "r4", -5)), ["r4", "r1", "r2", "r3"]);
  assert.deepEqual(ids(reorderRegion(doc, "r1", 99)), ["r2", "r3", "r4", "r1"]);
  assert.equal(reorderRegion(doc, "r2", 1), doc);
  assert.equal(reorderRegion(doc, "no", 1), doc);
  const prompted = setPrompts(doc, { base_prompt: "base" });
  assert.equal(setPrompts(prompted, { base_prompt: "base", background_prompt: "" }), prompted);
});

test("copies lie on top, a little aside, with ids, names and colours of their own", () => {
  const doc = updateRegion(sample(), "r1", { prompt: "a fox", locked: true, name: "fox 2" });
  const result = duplicateRegions(doc, ["r3", "r1"]);
  assert.deepEqual(result.ids, ["r4", "r5"]);
  const [copy] = result.doc.regions.slice(3);
  assert.deepEqual([copy.name, copy.prompt, copy.locked, copy.colour], ["fox 3", "a fox", false, PALETTE[3]]);
  assert.deepEqual(regionBounds(copy, 1), { x0: 0.13, y0: 0.23, x1: 0.13 + 0.3, y1: 0.23 + 0.4 });
  assert.equal(new Set(result.doc.regions.map(({ name }) => name)).size, 5);
  assert.equal(duplicateRegions(doc, ["no"]).doc, doc);
});

test("moving, resizing and drawing change only the regions meant", () => {
  const doc = sample();
  const moved = moveRegions(doc, ["r1", "r3"], 0.5, -0.25);
  assert.deepEqual(
    moved.regions.map(({ shapes }) => [shapes[0].x, shapes[0].y]),
    [
      [0.6, 0.2 - 0.25],
      [0.1, 0.2],
      [0.6, 0.2 - 0.25],
    ],
  );
  assert.equal(moved.regions[1], doc.regions[1]);
  assert.equal(moveRegions(doc, ["r1"], 0, 0), doc);
  const from = regionBounds(doc.regions[1], 1);
  const to = { x0: 0.5, y0: 0.5, x1: 1, y1: 0.75 };
  assert.deepEqual(regionBounds(resizeRegion(doc, "r2", from, to).regions[1], 1), to);
  assert.equal(resizeRegion(doc, "r2", from, { ...from }), doc);
  const drawn = addShape(doc, "r2", { ...BOX, mode: "subtract" });
  assert.deepEqual(
    drawn.regions[1].shapes.map(({ mode }) => mode),
    ["add", "subtract"],
  );
});

test("filling the rest takes, with all that is added and visible, exactly the whole canvas", () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const next = chance(seed);
    let doc = emptyDocument();
    for (let count = whole(next, 0, 4); count > 0; count -= 1) {
      const box = { kind: "rect", x: whole(next, -2, 7) / 8, y: whole(next, -2, 7) / 8, width: 0.25, height: 0.5 };
      doc = newRegion(doc, [box], { visible: next() < 0.7 }).doc;
    }
    const result = fillRest(doc);
    assert.equal(result.doc.regions[0].id, result.id, "it lies below the others");
    assert.deepEqual(result.doc.regions.slice(1), doc.regions);
    const others = doc.regions.filter(({ visible }) => visible).map((region) => regionCoverage(region, 128, 128));
    const rest = regionCoverage(result.doc.regions[0], 128, 128);
    rest.forEach((share, token) => {
      assert.equal(share, 1 - Math.max(0, ...others.map((cover) => cover[token])), `seed ${seed}`);
    });
  }
});

test("any walk of actions changes nothing in place, keeps ids unique, and can be stored", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const next = chance(seed);
    let doc = frozen(emptyDocument());
    for (let step = 0; step < 30; step += 1) {
      const some = ids(doc).filter(() => next() < 0.4);
      const [one = "no"] = some;
      const by = () => between(next, -0.2, 0.2);
      const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
      const action = pick(next, [
        () => newRegion(doc, [randomShape(next)]).doc,
        () => newRegion(doc, [randomShape(next), randomShape(next)], { prompt: "x" }).doc,
        () => updateRegion(doc, one, { strength: between(next, -1, 3), end: next() }),
        () => removeRegions(doc, some.slice(0, 1)),
        () => duplicateRegions(doc, some).doc,
        () => reorderRegion(doc, one, whole(next, -1, 9)),
        () => addShape(doc, one, randomShape(next)),
        () => moveRegions(doc, some, by(), by()),
        () => resizeRegion(doc, one, box, { x0: by(), y0: by(), x1: 1 + by(), y1: 1 + by() }),
        () => (doc.regions.length < 5 ? fillRest(doc).doc : removeRegions(doc, ids(doc))),
        () => (some.length > 0 ? pasteRegions(doc, regionsToText(doc, some)).doc : doc),
      ]);
      doc = frozen(action());
      assert.equal(new Set(ids(doc)).size, doc.regions.length, `seed ${seed}`);
    }
    parseDocument(stringifyDocument(doc));
  }
});
