import assert from "node:assert/strict";
import { test } from "node:test";
import { readChained } from "../../js/core/chained_regions.js";
import { regionContains } from "../../js/core/region_area.js";
import { maskShapes } from "../../js/core/trace.js";

const SIZE = { width: 90, height: 60 };

/** Levels of 0 and 255 by a rule for the pixels' centres. */
function mask(isInside, { width, height } = SIZE) {
  return Uint8Array.from({ length: width * height }, (_, index) =>
    isInside((index % width) + 0.5, Math.floor(index / width) + 0.5) ? 255 : 0,
  );
}

/** How many pixels are on another side of the shapes than of the mask. */
function wrongPixels(shapes, levels, { width, height } = SIZE) {
  let wrong = 0;
  levels.forEach((level, index) => {
    const [x, y] = [((index % width) + 0.5) / width, (Math.floor(index / width) + 0.5) / height];
    wrong += regionContains({ shapes }, x, y, width / height) !== level > 127;
  });
  return wrong;
}

const disc = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) < radius;

test("islands, a hole in one, and an island in the hole", () => {
  const [around, hole, inner, beside] = [disc(30, 30, 25), disc(30, 30, 16), disc(30, 30, 8), disc(75, 20, 9)];
  const levels = mask((x, y) => (around(x, y) && !hole(x, y)) || inner(x, y) || beside(x, y));
  const shapes = maskShapes(levels, SIZE.width, SIZE.height);
  assert.deepEqual(
    shapes.map(({ mode }) => mode),
    ["add", "subtract", "add", "add"],
  );
  assert.ok(wrongPixels(shapes, levels) <= 60, `${wrongPixels(shapes, levels)} of 5400, at outlines of 364 pixels`);
  assert.ok(shapes.every(({ points }) => points.length < 40));
});

test("a box is its four corners, also where it fills the picture", () => {
  for (const [x0, y0, x1, y1] of [
    [10, 10, 40, 50],
    [0, 0, 90, 60],
    [0, 20, 90, 60],
  ]) {
    const levels = mask((x, y) => x > x0 && x < x1 && y > y0 && y < y1);
    const [shape, ...rest] = maskShapes(levels, SIZE.width, SIZE.height);
    assert.equal(rest.length, 0);
    assert.ok(shape.points.length <= 5);
    assert.equal(wrongPixels([shape], levels), 0);
  }
});

test("random masks keep their pixels, save for the corners that a line may cut", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const [width, height] = [23, 17];
  for (let round = 0; round < 200; round += 1) {
    const levels = Uint8Array.from({ length: width * height }, () => (random() < 0.4 ? 255 : 0));
    const shapes = maskShapes(levels, width, height);
    assert.ok(wrongPixels(shapes, levels, { width, height }) < 0.12 * levels.length, `round ${round}`);
    for (const { points } of shapes) {
      for (const [x, y] of points) assert.ok(x >= 0 && x <= 1 && y >= 0 && y <= 1);
    }
  }
});

test("noise goes, unless it is all there is; nothing is no shape", () => {
  const size = { width: 300, height: 300 };
  const speck = (x, y) => x === 150.5 && y === 150.5;
  const large = disc(60, 60, 40);
  const shapes = (isInside) => maskShapes(mask(isInside, size), size.width, size.height).length;
  assert.equal(
    shapes((x, y) => speck(x, y) || large(x, y)),
    1,
  );
  assert.equal(shapes(speck), 1);
  assert.equal(
    shapes(() => false),
    0,
  );
});

test("a soft edge is followed between the pixels", () => {
  const levels = Uint8Array.from({ length: 40 * 40 }, (_, index) =>
    Math.min(255, Math.max(0, 255 * (20.3 - (index % 40)))),
  );
  const [{ points }] = maskShapes(levels, 40, 40);
  const right = Math.max(...points.map(([x]) => x)) * 40;
  assert.ok(right > 20.1 && right < 20.4, `${right}: 20.3 pixels are covered`);
});

test("a region from another node that is a mask is seen as its outlines", () => {
  const levels = mask(disc(30, 30, 25));
  const base64 = Buffer.from(levels).toString("base64");
  const sent = { name: "hat", prompt: "a hat", colour: "#ca5f00", mask: { ...SIZE, levels: base64 } };
  const box = { kind: "rect", x: 0, y: 0, width: 0.5, height: 1 };
  const [hat, car] = readChained([sent, { name: "", prompt: "a car", colour: "#313fef", shapes: [box] }]);
  assert.deepEqual([hat.name, hat.locked, car.shapes], ["hat", true, [{ ...box, mode: "add" }]]);
  assert.ok(wrongPixels(hat.shapes, levels) < 20);
});
