import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDocument } from "../../js/core/document.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { TEMPLATES, applyTemplate } from "../../js/core/templates.js";
import { regionCoverage } from "../../js/core/tokens.js";
import { warningsOf } from "../../js/core/warnings.js";

const SIZES = [
  [1024, 1024],
  [1344, 768],
  [640, 1536],
];

test("the templates are there, in this order", () => {
  assert.deepEqual(
    TEMPLATES.map(({ id }) => id),
    ["halves_side", "halves_stacked", "thirds", "quadrants", "subject"],
  );
});

test("no template overlaps itself, and all but the subject fill the canvas", () => {
  for (const { id } of TEMPLATES) {
    for (const [width, height] of SIZES) {
      const { doc } = applyTemplate(emptyDocument(), id, width / height);
      const covers = doc.regions.map((region) => regionCoverage(region, width, height));
      const sums = covers[0].map((_, token) => covers.reduce((sum, cover) => sum + cover[token], 0));
      assert.ok(
        sums.every((sum) => sum < 1 + 1e-5),
        id,
      );
      if (id !== "subject")
        assert.ok(
          sums.every((sum) => sum > 1 - 1e-5),
          id,
        );
      assert.ok(
        warningsOf(doc, width, height).every(({ kind }) => kind === "no_prompt"),
        id,
      );
      assert.deepEqual(parseDocument(stringifyDocument(doc)).regions.length, covers.length, id);
    }
  }
});

test("thirds run along the longer side, and the subject keeps its figure", () => {
  const names = (id, aspect) =>
    TEMPLATES.find((one) => one.id === id)
      .regions(aspect)
      .map(({ name }) => name);
  assert.deepEqual(names("thirds", 2), ["left", "middle", "right"]);
  assert.deepEqual(names("thirds", 0.5), ["top", "middle", "bottom"]);
  const subject = TEMPLATES.find((one) => one.id === "subject");
  for (const aspect of [0.5, 1, 2]) {
    const [{ x, y, width, height }] = subject.regions(aspect)[0].shapes;
    assert.ok(Math.abs((width * aspect) / height - 0.56 / 0.76) < 1e-9, "the same proportions on every canvas");
    assert.ok(Math.abs(2 * x + width - 1) < 1e-9 && Math.abs(2 * y + height - 1) < 1e-9, "in the middle");
  }
});

test("applying one keeps what was typed and replaces what was drawn", () => {
  const text = JSON.stringify({
    schema: 1,
    base_prompt: "base",
    regions: [
      { id: "a", name: "fox", prompt: "a fox", strength: 1.5, visible: false, locked: true, note: 1 },
      { id: "b", prompt: "a moon" },
    ],
  });
  const first = applyTemplate(parseDocument(text), "quadrants", 1);
  assert.equal(first.doc.base_prompt, "base");
  assert.deepEqual(
    first.doc.regions.map(({ prompt }) => prompt),
    ["a fox", "a moon", "", ""],
  );
  assert.deepEqual(
    first.doc.regions.map(({ name }) => name),
    ["fox", "top right", "bottom left", "bottom right"],
  );
  assert.deepEqual(
    first.ids,
    first.doc.regions.map(({ id }) => id),
  );
  assert.equal(new Set(first.ids).size, 4);
  const { strength, note, visible, locked, shapes } = first.doc.regions[0];
  assert.deepEqual([strength, note, visible, locked, shapes.length], [1.5, 1, true, false, 1]);
  const second = applyTemplate(first.doc, "halves_side", 1).doc.regions;
  assert.deepEqual(
    second.map(({ name, prompt }) => [name, prompt]),
    [
      ["fox", "a fox"],
      ["right", "a moon"],
    ],
  );
});

test("a template drops no region that has a prompt", () => {
  const prompts = ["a", "b", "", "d"];
  const { doc } = applyTemplate(emptyDocument(), "quadrants", 1);
  const filled = { ...doc, regions: doc.regions.map((region, index) => ({ ...region, prompt: prompts[index] })) };
  const halves = applyTemplate(filled, "halves_side", 1);
  assert.deepEqual(
    halves.doc.regions.map(({ prompt }) => prompt),
    ["a", "b", "d"],
  );
  assert.deepEqual(halves.doc.regions[2], filled.regions[3]);
});
