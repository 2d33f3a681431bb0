import assert from "node:assert/strict";
import { test } from "node:test";
import { View } from "../../js/editor/view.js";
import { between, chance } from "./random.mjs";

/** The picture's point at a place of the frame. */
const pointAt = ({ size, origin }, x, y) => [(x - origin.x) / size.width, (y - origin.y) / size.height];
const near = (value, expected, tolerance, message) => assert.ok(Math.abs(value - expected) <= tolerance, message);

test("all of the picture fits, in its proportions", () => {
  const view = new View();
  view.fitInto(800, 600, 2);
  assert.deepEqual(view.size, { width: 800, height: 400 });
  assert.deepEqual(view.visible, { left: 0, top: 0, width: 800, height: 400 });
  view.fitInto(800, 600, 0.5);
  assert.deepEqual(view.visible, { left: 250, top: 0, width: 300, height: 600 });
});

test("zooming keeps the point under the pointer, and leaves no part of the frame empty that the picture can fill", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const next = chance(seed);
    const view = new View();
    const [width, height] = [300 + 900 * next(), 300 + 900 * next()].map(Math.round);
    view.fitInto(width, height, between(next, 0.4, 2.5));
    for (let turn = 0; turn < 8; turn += 1) {
      const [x, y] = [next() * width, next() * height];
      const before = pointAt(view, x, y);
      view.zoomBy(between(next, 0.5, 3), x, y);
      const after = pointAt(view, x, y);
      const { size, origin, visible } = view;
      assert.ok(view.zoom >= 1 && view.zoom <= 16);
      const isFree = (edge, length, frame) => length > frame && edge < 0 && edge > frame - length;
      if (isFree(origin.x, size.width, width)) near(after[0], before[0], 2 / size.width, `seed ${seed}`);
      if (isFree(origin.y, size.height, height)) near(after[1], before[1], 2 / size.height, `seed ${seed}`);
      assert.ok(visible.width >= Math.min(size.width, width) - 1 && visible.left + visible.width <= width + 1);
      assert.ok(origin.x <= 0 || size.width <= width);
      if (size.width > width) assert.ok(origin.x >= width - size.width - 1 && origin.x <= 0, `seed ${seed}`);
    }
  }
});

test("panning moves the picture with the hand, up to its edges, and fit shows all of it", () => {
  const view = new View();
  view.fitInto(400, 400, 1);
  view.pan(50, 50);
  assert.deepEqual(view.origin, { x: 0, y: 0 }, "all of it is in sight");
  view.zoomBy(2);
  assert.deepEqual(view.origin, { x: -200, y: -200 });
  view.pan(30, -40);
  assert.deepEqual(view.origin, { x: -170, y: -240 });
  view.pan(1000, -1000);
  assert.deepEqual(view.origin, { x: 0, y: -400 });
  let changes = 0;
  view.addEventListener("change", () => (changes += 1));
  view.fit();
  assert.deepEqual([view.zoom, view.origin, changes], [1, { x: 0, y: 0 }, 1]);
});
