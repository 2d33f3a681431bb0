import assert from "node:assert/strict";
import { test } from "node:test";
import { simplifyLine } from "../../js/core/geometry.js";
import { between, chance, scribble } from "./random.mjs";

const ASPECTS = [1, 16 / 9, 0.5];
const random = (seed) => ({ next: chance(seed), aspect: ASPECTS[seed % 3] });

/** Straight from the rule's textbook, one call within another. */
function recursive(points, tolerance, scaleX, scaleY) {
  const [[x1, y1, p1], [x2, y2, p2]] = [points[0], points.at(-1)];
  const [dx, dy] = [(x2 - x1) * scaleX, (y2 - y1) * scaleY];
  const errors = points.map(([x, y, p]) => {
    const [px, py] = [(x - x1) * scaleX, (y - y1) * scaleY];
    const along = dx || dy ? Math.min(Math.max((px * dx + py * dy) / (dx * dx + dy * dy), 0), 1) : 0;
    const distance = Math.hypot(px - along * dx, py - along * dy);
    return Math.max(distance / tolerance, Math.abs(p - p1 - along * (p2 - p1)) / 0.1);
  });
  const worst = errors.slice(1, -1).reduce((best, error, index) => (error > errors[best] ? index + 1 : best), 0);
  if (!(errors[worst] > 1) || worst === 0) return [points[0], points.at(-1)];
  const left = recursive(points.slice(0, worst + 1), tolerance, scaleX, scaleY);
  return [...left.slice(0, -1), ...recursive(points.slice(worst), tolerance, scaleX, scaleY)];
}

test("simplified lines equal the recursive rule's", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const { next, aspect } = random(seed);
    const points = seed % 2 ? scribble(next, 300) : Array.from({ length: 40 }, () => [next(), next(), next()]);
    const tolerance = between(next, 0.001, 0.05);
    const expected = recursive(points, tolerance, Math.max(aspect, 1), Math.max(1 / aspect, 1));
    assert.deepEqual(simplifyLine(points, tolerance, aspect), expected, `seed ${seed}`);
  }
});

test("a straight line keeps its ends, a change of pressure its point, and a short line all", () => {
  const line = Array.from({ length: 11 }, (_, index) => [index / 10, 0.5, 1]);
  assert.deepEqual(simplifyLine(line, 0.001, 1), [line[0], line[10]]);
  line[5] = [0.5, 0.5, 0.8];
  assert.ok(simplifyLine(line, 0.001, 1).includes(line[5]));
  for (const few of [[], line.slice(0, 1), line.slice(0, 2)]) assert.deepEqual(simplifyLine(few, 1, 1), few);
});

test("a long zigzag overflows no stack", () => {
  const zigzag = Array.from({ length: 20000 }, (_, index) => [index / 20000, index % 2, 1]);
  assert.ok(simplifyLine(zigzag.slice(0, 3000), 0.001, 1).length > 1500);
  assert.equal(simplifyLine(zigzag, 2, 1).length, 2);
});

test("a zigzag of ten thousand points is simplified in seconds, whatever is left of it", () => {
  const zigzag = Array.from({ length: 10_000 }, (_, index) => [
    (index * 0.618) % 1,
    (index % 2) * 0.9 + index / 1e5,
    1,
  ]);
  for (const tolerance of [1e-6, 0.001, 0.1, 2]) {
    const started = process.cpuUsage();
    simplifyLine(zigzag, tolerance, 1);
    assert.ok(process.cpuUsage(started).user < 10e6, `${tolerance}`);
  }
});
