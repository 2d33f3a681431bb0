import assert from "node:assert/strict";
import { test } from "node:test";
import { addShape, duplicateRegions, moveRegions, newRegion, resizeRegion } from "../../js/core/actions.js";
import { DocumentError, emptyDocument } from "../../js/core/document.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { hitTest, regionBounds } from "../../js/core/region_area.js";
import { kindOf, readShape, serializeShape, withDefaults } from "../../js/core/shape.js";
import * as kinds from "../../js/core/shapes/index.js";
import { cellBox, cellGrid } from "../../js/core/token_grid.js";
import { regionCoverage } from "../../js/core/tokens.js";
import { coverageCases } from "./golden.mjs";
import { chance, randomShape } from "./random.mjs";

const NAMES = Object.keys(kinds);
const BOX = { x0: 0, y0: 0, x1: 1, y1: 1 };

/** A context that notes what is drawn on it. */
function recorder() {
  const calls = [];
  const context = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args) =>
          calls.push([name, ...args]),
      set: () => true,
    },
  );
  return { context, calls };
}

test("every kind is listed under its own name, can do all that the others can, and has a golden case", () => {
  const golden = coverageCases.flatMap(({ doc }) =>
    doc.regions.flatMap(({ shapes }) => shapes.map(({ kind }) => kind)),
  );
  const abilities = Object.keys(kinds.rect).sort();
  for (const [name, shapeKind] of Object.entries(kinds)) {
    assert.equal(shapeKind.kind, name);
    assert.deepEqual(Object.keys(shapeKind).sort(), abilities, name);
    assert.ok(golden.includes(name), `${name} is in no golden document`);
  }
});

test("what a kind writes it reads again, and what it reads is complete", () => {
  for (const name of NAMES) {
    for (let seed = 0; seed < 50; seed += 1) {
      const stored = serializeShape(randomShape(chance(seed), name));
      const shape = readShape(stored, "Region 1, shape 1");
      assert.deepEqual(serializeShape(shape), stored, `${name}, seed ${seed}`);
      assert.deepEqual(withDefaults(stored), shape, `${name}, seed ${seed}`);
    }
  }
});

test("a cell is filled where the shape contains its centre", () => {
  const grid = cellGrid(200, 136);
  for (const name of NAMES.filter((kind) => kind !== "rect")) {
    for (let seed = 0; seed < 20; seed += 1) {
      const shape = randomShape(chance(seed), name);
      const shapeKind = kindOf(shape);
      const box = cellBox(shapeKind.bounds(shape, grid.aspect), grid);
      if (box.top >= box.bottom || box.left >= box.right) continue;
      const fill = shapeKind.fill(shape, grid, box);
      for (let row = box.top; row < box.bottom; row += 1) {
        for (let col = box.left; col < box.right; col += 1) {
          const inside = shapeKind.contains(shape, grid.colCentres[col], grid.rowCentres[row], grid.aspect);
          assert.equal(fill[(row - box.top) * (box.right - box.left) + col - box.left], Number(inside), `seed ${seed}`);
        }
      }
    }
  }
});

test("every kind paints something, within its bounds, in pixels of the canvas", () => {
  const [width, height] = [200, 100];
  for (const name of NAMES) {
    const shape = randomShape(chance(5), name);
    const { context, calls } = recorder();
    kindOf(shape).paint(shape, context, width, height);
    assert.ok(
      calls.some(([call]) => /^(fill|fillRect|stroke)$/.test(call)),
      name,
    );
    const { x0, y0, x1, y1 } = kindOf(shape).bounds(shape, width / height);
    for (const [call, x, y] of calls.filter(([call]) => /^(fillRect|ellipse|moveTo|lineTo)$/.test(call))) {
      assert.ok(x >= x0 * width - 1e-9 && x <= x1 * width + 1e-9, `${name}: ${call}`);
      assert.ok(y >= y0 * height - 1e-9 && y <= y1 * height + 1e-9, `${name}: ${call}`);
    }
  }
});

test("an unknown kind is an error wherever a shape is asked for anything", () => {
  const shape = { kind: "spiral", mode: "add", x: 0, y: 0, width: 1, height: 1, points: [[0, 0, 1]] };
  const region = { ...newRegion(emptyDocument(), []).doc.regions[0], shapes: [shape] };
  const doc = { ...emptyDocument(), regions: [region] };
  const uses = {
    read: () => readShape(shape, "Region 1, shape 1"),
    write: () => stringifyDocument(doc),
    create: () => newRegion(emptyDocument(), [shape]),
    add: () => addShape({ ...doc, regions: [{ ...region, shapes: [] }] }, region.id, shape),
    move: () => moveRegions(doc, [region.id], 0.1, 0),
    copy: () => duplicateRegions(doc, [region.id]),
    resize: () => resizeRegion(doc, region.id, BOX, { ...BOX, x1: 2 }),
    bounds: () => regionBounds(region, 1),
    hit: () => hitTest(doc, 0.5, 0.5, 1),
    coverage: () => regionCoverage(region, 64, 64),
  };
  for (const [use, act] of Object.entries(uses)) {
    assert.throws(
      act,
      (error) => error instanceof DocumentError && /kind is "spiral"; give one of/.test(error.message),
      use,
    );
  }
  assert.throws(() => kindOf({ kind: "toString" }), DocumentError);
});
