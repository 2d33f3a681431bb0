import assert from "node:assert/strict";
import { test } from "node:test";
import { hitTest, regionBounds, regionContains } from "../../js/core/region_area.js";
import { kindOf } from "../../js/core/shape.js";
import { between, chance, randomRegion, randomShape } from "./random.mjs";

const contains = (shape, x, y, aspect) => kindOf(shape).contains(shape, x, y, aspect);
const resized = (shape, from, to) => kindOf(shape).resized(shape, from, to);
const boundsOf = (shape, aspect) => kindOf(shape).bounds(shape, aspect);
const ASPECTS = [1, 16 / 9, 0.5];
const random = (seed) => ({ next: chance(seed), aspect: ASPECTS[seed % 3] });
const rect = (x, y, width, height, more) => ({ kind: "rect", mode: "add", x, y, width, height, ...more });

test("what a shape contains lies in its bounds, and nothing smaller bounds it", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { next, aspect } = random(seed);
    const shape = randomShape(next);
    const box = boundsOf(shape, aspect);
    for (let probe = 0; probe < 50; probe += 1) {
      const [x, y] = [between(next, -1, 2), between(next, -1, 2)];
      if (!contains(shape, x, y, aspect)) continue;
      assert.ok(x >= box.x0 - 1e-9 && x <= box.x1 + 1e-9 && y >= box.y0 - 1e-9 && y <= box.y1 + 1e-9, `seed ${seed}`);
    }
  }
  assert.deepEqual(
    boundsOf(
      {
        kind: "stroke",
        width: 0.2,
        points: [
          [0.5, 0.5, 1],
          [0.6, 0.5, 0.5],
        ],
      },
      2,
    ),
    {
      x0: 0.45,
      y0: 0.4,
      x1: 0.625,
      y1: 0.6,
    },
  );
  assert.deepEqual(
    boundsOf(
      {
        kind: "polygon",
        points: [
          [0.1, 0.9],
          [0.4, -0.1],
          [0.3, 0.2],
        ],
      },
      2,
    ),
    {
      x0: 0.1,
      y0: -0.1,
      x1: 0.4,
      y1: 0.9,
    },
  );
});

test("a region's bounds are those of what it adds", () => {
  const cut = rect(-1, -1, 9, 9, { mode: "subtract" });
  assert.equal(regionBounds({ shapes: [cut] }, 1), null);
  assert.equal(regionBounds({ shapes: [] }, 1), null);
  const region = { shapes: [rect(0.1, 0.2, 0.25, 0.5), cut, rect(0.5, 0, 0.25, 0.5)] };
  assert.deepEqual(regionBounds(region, 1), { x0: 0.1, y0: 0, x1: 0.75, y1: 0.7 });
});

test("contains agrees with the shapes' definitions", () => {
  const ellipse = { kind: "ellipse", x: 0.2, y: 0.4, width: 0.4, height: 0.2 };
  assert.ok(contains(ellipse, 0.4, 0.5, 1) && contains(ellipse, 0.59, 0.5, 1));
  assert.ok(!contains(ellipse, 0.21, 0.41, 1), "its corner is empty");
  const star = {
    kind: "polygon",
    points: [
      [0.5, 0],
      [0.8, 1],
      [0, 0.4],
      [1, 0.4],
      [0.2, 1],
    ],
  };
  assert.ok(contains(star, 0.5, 0.1, 1) && !contains(star, 0.5, 0.55, 1), "the even-odd rule leaves a hole");
  const dot = { kind: "stroke", width: 0.2, points: [[0.5, 0.5, 1]] };
  assert.ok(contains(dot, 0.549, 0.5, 2) && !contains(dot, 0.551, 0.5, 2), "round on a wide canvas");
  assert.ok(contains(dot, 0.5, 0.599, 2) && !contains(dot, 0.5, 0.601, 2));
  const tapered = {
    kind: "stroke",
    width: 0.2,
    points: [
      [0.2, 0.5, 1],
      [0.8, 0.5, 0],
    ],
  };
  assert.ok(contains(tapered, 0.5, 0.549, 1) && !contains(tapered, 0.5, 0.551, 1));
  for (const kind of ["rect", "ellipse"]) {
    assert.ok(!contains({ kind, x: 0.5, y: 0.5, width: 0, height: 0 }, 0.5, 0.5, 1), `${kind} without area`);
  }
});

test("a region's shapes add and subtract in order", () => {
  const whole = rect(0, 0, 1, 1);
  const hole = rect(0.25, 0.25, 0.5, 0.5, { mode: "subtract" });
  assert.ok(
    !regionContains({ shapes: [whole, hole] }, 0.5, 0.5, 1) && regionContains({ shapes: [whole, hole] }, 0.1, 0.5, 1),
  );
  assert.ok(regionContains({ shapes: [hole, whole] }, 0.5, 0.5, 1));
  assert.ok(!regionContains({ shapes: [] }, 0.5, 0.5, 1));
});

test("a click hits the topmost region that is visible and not locked", () => {
  const shapes = [rect(0, 0, 1, 1)];
  const region = (id, visible, locked) => ({ id, shapes, visible, locked });
  const regions = [
    region("a", true, false),
    region("b", true, false),
    region("hidden", false, false),
    region("locked", true, true),
  ];
  assert.equal(hitTest({ regions }, 0.5, 0.5, 1).id, "b");
  assert.equal(hitTest({ regions }, 1.5, 0.5, 1), null);
});

test("moving and resizing carry every point along", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { next, aspect } = random(seed);
    const shape = { ...randomShape(next), note: "kept" };
    const [dx, dy] = [between(next, -1, 1), between(next, -1, 1)];
    const from = { x0: 0.1, y0: 0.2, x1: 0.5, y1: 0.8 };
    const to = { x0: between(next, 0, 0.4), y0: 0.3, x1: between(next, 0.5, 1), y1: 0.5 };
    const moved = kindOf(shape).moved(shape, dx, dy);
    const resized = shape.kind === "stroke" || shape.rotation ? null : kindOf(shape).resized(shape, from, to);
    assert.equal(moved.note, "kept");
    for (let probe = 0; probe < 30; probe += 1) {
      const [x, y] = [between(next, -0.5, 1.5), between(next, -0.5, 1.5)];
      const inside = contains(shape, x, y, aspect);
      assert.equal(contains(moved, x + dx, y + dy, aspect), inside, `seed ${seed}`);
      if (resized === null) continue;
      const there = [to.x0 + ((x - 0.1) / 0.4) * (to.x1 - to.x0), to.y0 + ((y - 0.2) / 0.6) * (to.y1 - to.y0)];
      assert.equal(contains(resized, there[0], there[1], aspect), inside, `seed ${seed}`);
    }
  }
});

test("a turn carries every point along, at distances as they are seen, and the same turn back undoes it", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const { next, aspect } = random(seed);
    const shape = { ...randomShape(next), note: "kept" };
    const pivot = { x: between(next, -0.5, 1.5), y: between(next, -0.5, 1.5) };
    const degrees = between(next, -400, 400);
    const turned = kindOf(shape).rotated(shape, degrees, pivot, aspect);
    assert.equal(turned.note, "kept");
    const angle = (degrees * Math.PI) / 180;
    for (let probe = 0; probe < 30; probe += 1) {
      const [x, y] = [between(next, -0.5, 1.5), between(next, -0.5, 1.5)];
      // In pixels of a picture 1000 high: naive, and independent of the code's own units.
      const [across, down] = [(x - pivot.x) * 1000 * aspect, (y - pivot.y) * 1000];
      const there = [
        across * Math.cos(angle) - down * Math.sin(angle),
        across * Math.sin(angle) + down * Math.cos(angle),
      ];
      const place = [pivot.x + there[0] / 1000 / aspect, pivot.y + there[1] / 1000];
      assert.equal(contains(turned, ...place, aspect), contains(shape, x, y, aspect), `seed ${seed}`);
    }
    const back = kindOf(shape).rotated(turned, -degrees, pivot, aspect);
    const [box, first] = [boundsOf(back, aspect), boundsOf(shape, aspect)];
    for (const side of Object.keys(first)) assert.ok(Math.abs(box[side] - first[side]) < 1e-9, `seed ${seed}`);
  }
});

test("a turned box scaled alike along both sides keeps its angle and carries every point along", () => {
  const shape = rect(0.2, 0.3, 0.4, 0.2, { rotation: 30 });
  const larger = resized(shape, { x0: 0, y0: 0, x1: 1, y1: 1 }, { x0: 0.1, y0: 0.2, x1: 1.6, y1: 1.7 });
  assert.equal(larger.rotation, 30);
  for (let seed = 0; seed < 200; seed += 1) {
    const next = chance(seed);
    const [x, y] = [next(), next()];
    assert.equal(contains(larger, 0.1 + 1.5 * x, 0.2 + 1.5 * y, 1.3), contains(shape, x, y, 1.3), `seed ${seed}`);
  }
});

test("resizing scales a stroke's width by the geometric mean, and a box turned inside out mirrors", () => {
  const unit = { x0: 0, y0: 0, x1: 1, y1: 1 };
  const stroke = { kind: "stroke", width: 0.1, points: [[0.5, 0.25, 0.7]] };
  assert.deepEqual(kindOf(stroke).resized(stroke, unit, { x0: 0, y0: 0, x1: 4, y1: 1 }), {
    kind: "stroke",
    width: 0.2,
    points: [[2, 0.25, 0.7]],
  });
  assert.deepEqual(resized(rect(0, 0, 0.25, 1), unit, { x0: 1, y0: 0, x1: 0, y1: 1 }), rect(0.75, 0, 0.25, 1));
  const flat = { x0: 0.5, y0: 0, x1: 0.5, y1: 1 };
  assert.deepEqual(resized(rect(0.5, 0, 0, 1), flat, { ...flat, x0: 0.25, x1: 0.75 }), rect(0.25, 0, 0, 1));
});

test("a region's point test and its bounds agree for random regions", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const { next, aspect } = random(seed);
    const region = randomRegion(next, 1);
    const box = regionBounds(region, aspect);
    for (let probe = 0; probe < 30; probe += 1) {
      const [x, y] = [between(next, -0.5, 1.5), between(next, -0.5, 1.5)];
      const expected = region.shapes.reduce(
        (inside, shape) => (contains(shape, x, y, aspect) ? shape.mode === "add" : inside),
        false,
      );
      assert.equal(regionContains(region, x, y, aspect), expected, `seed ${seed}`);
      if (expected) assert.ok(x >= box.x0 - 1e-9 && x <= box.x1 + 1e-9, `seed ${seed}`);
    }
  }
});
