import assert from "node:assert/strict";
import { test } from "node:test";

import { isPanelBeside } from "../../js/editor/arrangement.js";

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
    assert.equal(isPanelBeside({ width, height }, aspect), isBeside, `${width} x ${height}, ${aspect}`);
  }
});
