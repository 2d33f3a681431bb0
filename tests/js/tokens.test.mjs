import assert from "node:assert/strict";
import { test } from "node:test";
import { updateRegion } from "../../js/core/actions.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { kindOf } from "../../js/core/shape.js";
import { tokenGrid } from "../../js/core/token_grid.js";
import { regionCoverage, visibleTokens } from "../../js/core/tokens.js";
import { coverageCases } from "./golden.mjs";
import { chance, pick, randomRegion, randomShape, scribble, whole } from "./random.mjs";

const SIZES = [
  [128, 128],
  [256, 96],
  [72, 200],
  [101, 155],
];

function largestDifference(one, other) {
  assert.equal(one.length, other.length);
  return one.reduce((worst, value, index) => Math.max(worst, Math.abs(value - other[index])), 0);
}

/** Where the cells of one side begin and end, token by token as regions/token_grid.py words it. */
function naiveEdges(pixels) {
  const latent = Math.ceil(pixels / 8);
  const edges = [];
  for (let start = 0; start < latent; start += 2) {
    const end = Math.min(start + 2, latent);
    for (let part = 0; part < 8; part += 1) edges.push((start + ((end - start) * part) / 8) / latent);
  }
  return [...edges, 1];
}

function withBestToken(covered) {
  const total = covered.reduce((sum, share) => sum + share, 0);
  const best = covered.indexOf(Math.max(...covered));
  return covered.map((share, token) => (total > 0 && total < 1 && token === best ? 1 : share));
}

/** Each cell asked on its own. */
function naiveCoverage(shapes, width, height) {
  const [down, across] = [naiveEdges(height), naiveEdges(width)];
  const aspect = Math.ceil(width / 8) / Math.ceil(height / 8);
  const cols = (across.length - 1) / 8;
  const sums = new Array(((down.length - 1) / 8) * cols).fill(0);
  const share = (edges, index, start, length) => {
    const inside = Math.min(edges[index + 1], start + length) - Math.max(edges[index], start);
    return Math.max(inside, 0) / (edges[index + 1] - edges[index]);
  };
  for (let row = 0; row < down.length - 1; row += 1) {
    for (let col = 0; col < across.length - 1; col += 1) {
      const [x, y] = [(across[col] + across[col + 1]) / 2, (down[row] + down[row + 1]) / 2];
      let cell = 0;
      for (const shape of shapes) {
        const fill =
          shape.kind === "rect" && !shape.rotation
            ? share(across, col, shape.x, shape.width) * share(down, row, shape.y, shape.height)
            : Number(kindOf(shape).contains(shape, x, y, aspect));
        cell = shape.mode === "add" ? Math.max(cell, fill) : Math.min(cell, 1 - fill);
      }
      sums[Math.floor(row / 8) * cols + Math.floor(col / 8)] += cell / 64;
    }
  }
  return sums;
}

test("every golden case has Python's coverage", () => {
  assert.ok(coverageCases.length > 0);
  for (const { name, doc, width, height, rows, cols, coverage } of coverageCases) {
    assert.deepEqual(tokenGrid(width, height), { rows, cols }, name);
    const visible = parseDocument(JSON.stringify(doc)).regions.filter((region) => region.visible);
    assert.equal(visible.length, coverage.length, name);
    visible.forEach((region, index) => {
      const difference = largestDifference(coverage[index], regionCoverage(region, width, height));
      assert.ok(difference < 1e-4, `${name}, region ${index + 1}: off by ${difference}`);
    });
  }
});

test("sizes are rounded up to whole tokens", () => {
  assert.deepEqual(tokenGrid(1024, 768), { rows: 48, cols: 64 });
  assert.deepEqual(tokenGrid(1920, 1080), { rows: 68, cols: 120 });
  assert.deepEqual(tokenGrid(1, 17), { rows: 2, cols: 1 });
});

test("random shapes are filled as a test of each cell on its own fills them", () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const next = chance(seed);
    const [width, height] = pick(next, SIZES);
    const shapes = Array.from({ length: whole(next, 1, 4) }, () => randomShape(next));
    const expected = withBestToken(naiveCoverage(shapes, width, height));
    const difference = largestDifference(expected, regionCoverage({ shapes, feather: 0 }, width, height));
    assert.ok(difference < 1e-5, `seed ${seed}: off by ${difference}`);
  }
});

test("brush strokes of every taper, turn and dwelling are filled so, too", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const next = chance(1000 + seed);
    const [width, height] = pick(next, SIZES);
    const points = scribble(next, whole(next, 1, 60)).map(([x, y]) => [x, y, next()]);
    if (seed % 3 === 0) points.splice(1, 0, points[0], [...points[0]]);
    if (seed % 5 === 0) points.push([points[0][0], 0.93, 1], [0.07, 0.93, 0.2]); // along the axes
    const shapes = [{ kind: "stroke", mode: "add", width: 0.05 + next() / 2, points }];
    const expected = withBestToken(naiveCoverage(shapes, width, height));
    const difference = largestDifference(expected, regionCoverage({ shapes, feather: 0 }, width, height));
    assert.ok(difference < 1e-5, `seed ${seed}: off by ${difference}`);
  }
});

test("coverage stays in 0..1, is never NaN, and whatever lies on the canvas gets a whole token", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const next = chance(seed);
    const [width, height] = pick(next, SIZES);
    const region = randomRegion(next, 1);
    const coverage = regionCoverage(region, width, height);
    const total = coverage.reduce((sum, share) => sum + share, 0);
    assert.ok(
      coverage.every((share) => share >= 0 && share <= 1),
      `seed ${seed}`,
    );
    assert.ok(total === 0 || total > 0.999, `seed ${seed}: ${total}`);
  }
});

test("an empty region is all zeros: nothing drawn, all taken away, off the canvas, without width", () => {
  const box = { kind: "rect", mode: "add", x: 0, y: 0, width: 1, height: 1 };
  const empties = [
    [],
    [{ ...box, mode: "subtract" }],
    [box, { ...box, mode: "subtract" }],
    [{ ...box, x: 1.5 }],
    [{ ...box, y: -2 }],
    [{ ...box, width: 0 }],
    [{ ...box, kind: "ellipse", height: 0 }],
  ];
  for (const shapes of empties) {
    const coverage = regionCoverage({ shapes, feather: 0.2 }, 128, 64);
    assert.deepEqual([...coverage], new Array(32).fill(0));
  }
});

test("the result is remembered while neither drawing nor feather nor size change, whatever is typed", () => {
  const region = { ...randomRegion(chance(4), 1), feather: 0.1 };
  const typed = updateRegion({ regions: [region] }, region.id, { prompt: "typed" }).regions[0];
  const first = regionCoverage(region, 128, 128);
  assert.equal(regionCoverage(typed, 128, 128), first);
  assert.notEqual(regionCoverage(region, 256, 128), first);
  assert.equal(regionCoverage(region, 128, 128), first);
  assert.notEqual(regionCoverage({ ...region, feather: 0.3 }, 128, 128), first);
});

test("later regions hide earlier ones as paint does, and hidden ones do not count", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const next = chance(seed);
    const regions = Array.from({ length: 4 }, (_, index) => randomRegion(next, index));
    const counts = visibleTokens({ regions }, 128, 96);
    const visible = regions.filter((region) => region.visible);
    assert.deepEqual([...counts.keys()].sort(), visible.map((region) => region.id).sort());
    visible.forEach((region, index) => {
      let [drawn, left] = [0, 0];
      regionCoverage(region, 128, 96).forEach((share, token) => {
        const rest = visible
          .slice(index + 1)
          .reduce((uncovered, above) => uncovered * (1 - regionCoverage(above, 128, 96)[token]), share);
        if (share >= 0.01) drawn += share;
        if (rest >= 0.01) left += rest;
      });
      const count = counts.get(region.id);
      assert.ok(Math.abs(count.drawn - drawn) < 1e-3 && Math.abs(count.visible - left) < 1e-2, `seed ${seed}`);
    });
  }
  const half = (id, x) => ({
    id,
    visible: true,
    feather: 0,
    shapes: [{ kind: "rect", mode: "add", x, y: 0, width: 0.5, height: 1 }],
  });
  const counts = visibleTokens({ regions: [half("a", 0), half("b", 0.25)] }, 128, 128);
  assert.deepEqual(
    [...counts],
    [
      ["b", { drawn: 32, visible: 32 }],
      ["a", { drawn: 32, visible: 16 }],
    ],
  );
});
