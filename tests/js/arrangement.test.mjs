import assert from "node:assert/strict";
import { test } from "node:test";

import { arrangement } from "../../js/editor/arrangement.js";

test("the panel lies where it leaves the larger picture", () => {
  const wide = 16 / 9;
  const cases = /** @type {[number, number, number, boolean][]} */ ([
    [1500, 860, 1, true], // the large editor
    [780, 440, 1, true], // and at 200 % zoom
    [650, 800, 4 / 3, false], // a tall node
    [500, 1000, wide, false],
    [460, 480, 1, false],
    [200, 800, 1, false],
    [620, 480, 9 / 16, true],
  ]);
  for (const [width, height, aspect, isBeside] of cases) {
    assert.equal(arrangement({ width, height }, aspect).isBeside, isBeside, `${width} x ${height}, ${aspect}`);
  }
});

test("below the drawing, a panel has room for a prompt and leaves the picture some", () => {
  for (const [width, height] of [
    [200, 300],
    [460, 480],
    [650, 1800],
  ]) {
    const { leastPicture, picture, leastPanel } = arrangement({ width, height }, 2);
    assert.equal(picture, width / 2);
    assert.ok(leastPicture + leastPanel < height);
    assert.ok(leastPanel >= 0.4 * Math.min(height, 725));
  }
});
