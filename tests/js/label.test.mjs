import assert from "node:assert/strict";
import { test } from "node:test";
import { createRegion } from "../../js/core/region.js";
import { labelOf, paintLabel } from "../../js/editor/label.js";

const LETTER = 6; // px
const context = () => ({
  texts: [],
  measureText: (text) => ({ width: LETTER * text.length }),
  beginPath() {},
  roundRect() {},
  fill() {},
  fillText(text) {
    this.texts.push([text, this.direction]);
  },
});

const regionWith = (fields) => createRegion([], [{ kind: "rect", x: 0, y: 0, width: 1, height: 1 }], fields);
const place = { width: 3000, height: 2000, scale: 1, hasBackdrop: false };

test("a long prompt has few lines that can be read, also on a large picture, and says that it goes on", () => {
  for (const width of [200, 3000]) {
    for (const text of ["a long tale ".repeat(40), "x".repeat(2000)]) {
      const { lines } = labelOf(context(), regionWith({ prompt: text }), 0, { ...place, width });
      assert.ok(lines.length <= 4 && lines.every((line) => line.length * LETTER <= Math.min(width, 360)), text);
    }
    const { lines } = labelOf(context(), regionWith({ prompt: "a long tale ".repeat(40) }), 0, { ...place, width });
    assert.ok(lines.at(-1).endsWith("…"), lines.at(-1));
  }
});

test("a text is written in its own direction, so that its full stop is at its end", () => {
  for (const [text, direction] of [
    ["قطة صغيرة.", "rtl"],
    ['"שלום"', "rtl"],
    ["a cat called قطة.", "ltr"],
    ["3 猫", "ltr"],
    ["", "ltr"],
  ]) {
    const region = regionWith({ name: text, prompt: text });
    const painted = context();
    paintLabel(painted, region, labelOf(painted, region, 0, place), 1);
    const directions = painted.texts.filter(([written]) => written === text).map(([, written]) => written);
    assert.deepEqual(directions, text ? [direction, direction] : []);
  }
});
