import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "../../js/core/document_reader.js";
import { gridLayout, isGridName } from "../../js/core/grid_template.js";
import { applyLayout } from "../../js/core/templates.js";

const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-12, `${value}, not ${expected}`);

test("cells of any grid cover the canvas once, in the ratios that were typed", () => {
  for (const [text, cols, rows] of [
    ["3 x 2", [1, 1, 1], [1, 1]],
    ["2:1x1:1:2", [2, 1], [1, 1, 2]],
    ["1.5 : 1 × 4", [1.5, 1], [1, 1, 1, 1]],
    ["1 X 7", [1], [1, 1, 1, 1, 1, 1, 1]],
  ]) {
    const boxes = gridLayout(text).map(({ shapes }) => shapes[0]);
    assert.equal(boxes.length, cols.length * rows.length, text);
    near(
      boxes.reduce((area, { width, height }) => area + width * height, 0),
      1,
    );
    const total = (sizes) => sizes.reduce((sum, size) => sum + size);
    boxes.forEach((box, index) => {
      const [row, col] = [Math.floor(index / cols.length), index % cols.length];
      near(box.width, cols[col] / total(cols));
      near(box.height, rows[row] / total(rows));
      near(box.x, cols.slice(0, col).reduce((sum, size) => sum + size, 0) / total(cols));
    });
    assert.equal(boxes.at(-1).x + boxes.at(-1).width, 1, "no gap at the border");
  }
});

test("what says no grid is none", () => {
  for (const text of [
    "",
    "3",
    "3 x",
    "x",
    "0 x 2",
    "2 x -1",
    "a x b",
    "2 x 2 x 2",
    "1:0 x 2",
    "2.5 x 2",
    "1000 x 1",
    "21 x 20",
  ]) {
    assert.equal(gridLayout(text), null, text);
  }
});

test("regions keep their prompts, and names that only said where they were are given anew", () => {
  const regions = [
    { name: "row 1 column 2", prompt: "a fox", shapes: [] },
    { name: "Anna", prompt: "", shapes: [] },
  ];
  const doc = parseDocument(JSON.stringify({ schema: 1, regions }));
  const layout = gridLayout("1 x 3");
  const after = applyLayout(doc, layout).doc.regions;
  assert.deepEqual(
    after.map(({ name, prompt }) => `${name}: ${prompt}`),
    ["row 1: a fox", "Anna: ", "row 3: "],
  );
  assert.ok(layout.every(({ name }) => isGridName(name)) && !isGridName("row of houses"));
});
