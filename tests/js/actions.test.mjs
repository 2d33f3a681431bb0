import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  addShape,
  clearRegions,
  duplicateRegions,
  fillRest,
  moveRegions,
  newRegion,
  pasteRegions,
  regionsToText,
  removeRegions,
  reorderRegion,
  resizeRegion,
  setPrompts,
  updateRegion,
} from "../../js/core/actions.js";
import { emptyDocument, parseDocument, stringifyDocument } from "../../js/core/document.js";
import { regionBounds } from "../../js/core/geometry.js";
import { PALETTE } from "../../js/core/palette.js";
import { regionCoverage } from "../../js/core/tokens.js";
import { between, chance, pick, randomShape, whole } from "./random.mjs";

const BOX = { kind: "rect", x: 0.1, y: 0.2, width: 0.3, height: 0.4 };

function sample(count = 3) {
  let document = emptyDocument();
  for (let made = 0; made < count; made += 1) document = newRegion(document, [BOX], { name: `n${made + 1}` }).document;
  return document;
}

const ids = (document) => document.regions.map(({ id }) => id);

function frozen(value) {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

test("the palette is Python's", () => {
  const source = readFileSync(new URL("../../nodes/region_picture.py", import.meta.url), "utf8");
  const colours = [
    ...source
      .split("COLOURS")[1]
      .split("]")[0]
      .matchAll(/\((\d+), (\d+), (\d+)\)/g),
  ];
  const hex = colours.map(
    ([, ...channels]) => `#${channels.map((one) => Number(one).toString(16).padStart(2, "0")).join("")}`,
  );
  assert.deepEqual([...PALETTE], hex);
});

test("a new region is whole, on top, and of the first free colour", () => {
  const stroke = {
    kind: "stroke",
    width: 0.1,
    points: [
      [0.5, 0.5],
      [0.6, 0.6, 0.5],
    ],
  };
  const { document, id } = newRegion(removeRegions(sample(), ["r2"]), [stroke], { prompt: "a fox", id: "mine" });
  const region = document.regions.at(-1);
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
  assert.deepEqual(parseDocument(stringifyDocument(document)), document, "just as the reader leaves it");
});

test("more regions than colours begin again", () => {
  const colours = sample(PALETTE.length + 2).regions.map(({ colour }) => colour);
  assert.deepEqual(colours, [...PALETTE, PALETTE[0], PALETTE[1]]);
});

test("updating sets fields, holds them in range, and leaves the others' objects alone", () => {
  const document = sample();
  const updated = updateRegion(document, "r2", { prompt: "a fox", strength: 9, feather: -1, id: "x" });
  const { prompt, strength, feather, id } = updated.regions[1];
  assert.deepEqual([prompt, strength, feather, id], ["a fox", 2, 0, "r2"]);
  assert.equal(updated.regions[0], document.regions[0]);
  assert.equal(updated.regions[1].shapes, document.regions[1].shapes);
  assert.equal(updateRegion(document, "r2", { strength: 1, name: "n2" }), document, "nothing changed");
  assert.equal(updateRegion(document, "r2", { strength: NaN }), document);
  assert.equal(updateRegion(document, "missing", { strength: 2 }), document);
});

test("no update of the step window makes the document unreadable", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const next = chance(seed);
    const value = () => pick(next, [0, 1, 0.005, 0.995, between(next, -1, 2)]);
    let document = parseDocument(`{"schema":1,"regions":[{"start":${pick(next, [0, 0.4, 0.995])}}]}`);
    for (let step = 0; step < 5; step += 1) {
      const fields = pick(next, [{ start: value() }, { end: value() }, { start: value(), end: value() }]);
      document = updateRegion(document, "r1", fields);
      parseDocument(stringifyDocument(document));
    }
  }
});

test("removing, reordering and clearing", () => {
  const document = sample(4);
  assert.deepEqual(ids(removeRegions(document, ["r1", "r3", "no"])), ["r2", "r4"]);
  assert.equal(removeRegions(document, ["no"]), document);
  assert.deepEqual(ids(reorderRegion(document, "r1", 2)), ["r2", "r3", "r1", "r4"]);
  assert.deepEqual(ids(reorderRegion(document, "r4", -5)), ["r4", "r1", "r2", "r3"]);
  assert.deepEqual(ids(reorderRegion(document, "r1", 99)), ["r2", "r3", "r4", "r1"]);
  assert.equal(reorderRegion(document, "r2", 1), document);
  assert.equal(reorderRegion(document, "no", 1), document);
  const prompted = setPrompts(document, { base_prompt: "base" });
  assert.deepEqual(clearRegions(prompted), { ...emptyDocument(), base_prompt: "base" });
  assert.equal(setPrompts(prompted, { base_prompt: "base", background_prompt: "" }), prompted);
  assert.equal(clearRegions(emptyDocument()).regions.length, 0);
});

test("copies lie on top, a little aside, with ids, names and colours of their own", () => {
  const document = updateRegion(sample(), "r1", { prompt: "a fox", locked: true, name: "fox 2" });
  const made = duplicateRegions(document, ["r3", "r1"]);
  assert.deepEqual(made.ids, ["r4", "r5"]);
  const [copy] = made.document.regions.slice(3);
  assert.deepEqual([copy.name, copy.prompt, copy.locked, copy.colour], ["fox 3", "a fox", false, PALETTE[3]]);
  assert.deepEqual(regionBounds(copy, 1), { x0: 0.13, y0: 0.23, x1: 0.13 + 0.3, y1: 0.23 + 0.4 });
  assert.equal(new Set(made.document.regions.map(({ name }) => name)).size, 5);
  assert.equal(duplicateRegions(document, ["no"]).document, document);
});

test("moving, resizing and drawing change only the regions meant", () => {
  const document = sample();
  const moved = moveRegions(document, ["r1", "r3"], 0.5, -0.25);
  assert.deepEqual(
    moved.regions.map(({ shapes }) => [shapes[0].x, shapes[0].y]),
    [
      [0.6, 0.2 - 0.25],
      [0.1, 0.2],
      [0.6, 0.2 - 0.25],
    ],
  );
  assert.equal(moved.regions[1], document.regions[1]);
  assert.equal(moveRegions(document, ["r1"], 0, 0), document);
  const from = regionBounds(document.regions[1], 1);
  const to = { x0: 0.5, y0: 0.5, x1: 1, y1: 0.75 };
  assert.deepEqual(regionBounds(resizeRegion(document, "r2", from, to).regions[1], 1), to);
  assert.equal(resizeRegion(document, "r2", from, { ...from }), document);
  const drawn = addShape(document, "r2", { ...BOX, mode: "subtract" });
  assert.deepEqual(
    drawn.regions[1].shapes.map(({ mode }) => mode),
    ["add", "subtract"],
  );
});

test("filling the rest takes, with all that is added and visible, exactly the whole canvas", () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const next = chance(seed);
    let document = emptyDocument();
    for (let count = whole(next, 0, 4); count > 0; count -= 1) {
      const box = { kind: "rect", x: whole(next, -2, 7) / 8, y: whole(next, -2, 7) / 8, width: 0.25, height: 0.5 };
      document = newRegion(document, [box], { visible: next() < 0.7 }).document;
    }
    const made = fillRest(document, 1);
    assert.equal(made.document.regions[0].id, made.id, "it lies below the others");
    assert.deepEqual(made.document.regions.slice(1), document.regions);
    const others = document.regions.filter(({ visible }) => visible).map((region) => regionCoverage(region, 128, 128));
    const rest = regionCoverage(made.document.regions[0], 128, 128);
    rest.forEach((share, token) => {
      assert.equal(share, 1 - Math.max(0, ...others.map((cover) => cover[token])), `seed ${seed}`);
    });
  }
});

test("any walk of actions changes nothing in place, keeps ids unique, and can be stored", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const next = chance(seed);
    let document = frozen(emptyDocument());
    for (let step = 0; step < 30; step += 1) {
      const some = ids(document).filter(() => next() < 0.4);
      const [one = "no"] = some;
      const by = () => between(next, -0.2, 0.2);
      const box = { x0: 0, y0: 0, x1: 1, y1: 1 };
      const action = pick(next, [
        () => newRegion(document, [randomShape(next)]).document,
        () => newRegion(document, [randomShape(next), randomShape(next)], { prompt: "x" }).document,
        () => updateRegion(document, one, { strength: between(next, -1, 3), end: next() }),
        () => removeRegions(document, some.slice(0, 1)),
        () => duplicateRegions(document, some).document,
        () => reorderRegion(document, one, whole(next, -1, 9)),
        () => addShape(document, one, randomShape(next)),
        () => moveRegions(document, some, by(), by()),
        () => resizeRegion(document, one, box, { x0: by(), y0: by(), x1: 1 + by(), y1: 1 + by() }),
        () => (document.regions.length < 5 ? fillRest(document, 1).document : clearRegions(document)),
        () => pasteRegions(document, regionsToText(document, some))?.document ?? document,
      ]);
      document = frozen(action());
      assert.equal(new Set(ids(document)).size, document.regions.length, `seed ${seed}`);
    }
    parseDocument(stringifyDocument(document));
  }
});
