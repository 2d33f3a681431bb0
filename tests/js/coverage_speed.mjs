/**
 * How long the token view takes: `node tests/js/coverage_speed.mjs` prints milliseconds of processor time, for 64
 * regions with long strokes among them. Nothing is asserted: a busy machine is no mistake.
 */

import { moveRegions } from "../../js/core/actions.js";
import { regionCoverage, visibleTokens } from "../../js/core/tokens.js";
import { warningsOf } from "../../js/core/warnings.js";
import { chance, randomRegion, randomShape, scribble } from "./random.mjs";

function timed(action) {
  const start = process.cpuUsage();
  action();
  return `${(process.cpuUsage(start).user / 1000).toFixed(1)} ms`;
}

const next = chance(1);
const fixed = { prompt: "x", visible: true, feather: 0 };
const plain = Array.from({ length: 61 }, (_, index) => ({
  ...randomRegion(next, index),
  ...fixed,
  shapes: [randomShape(next), randomShape(next)],
}));
const named = {
  "a stroke of 4000 points, width 0.08": [{ kind: "stroke", mode: "add", width: 0.08, points: scribble(next, 4000) }],
  "the same, width 0.5": [{ kind: "stroke", mode: "add", width: 0.5, points: scribble(next, 4000) }],
  "the whole canvas": [{ kind: "rect", mode: "add", x: 0, y: 0, width: 1, height: 1 }],
};
const special = Object.entries(named).map(([id, shapes]) => ({ ...randomRegion(next, 0), ...fixed, id, shapes }));
const doc = { schema: 1, base_prompt: "", background_prompt: "", regions: [...plain, ...special] };

for (const size of [1024, 1024, 2048, 8192]) {
  const all = (now) => now.regions.forEach((region) => regionCoverage(region, size, size));
  console.log(`${size} x ${size}: all 64 regions for the first time ${timed(() => all(doc))}`);
  for (const id of ["r7", ...Object.keys(named)]) {
    const moved = moveRegions(doc, [id], 0.01, 0.02);
    const parts = [() => all(moved), () => visibleTokens(moved, size, size), () => warningsOf(moved, size, size)].map(
      timed,
    );
    console.log(`  then ${id} moves: coverage ${parts[0]}, visible tokens ${parts[1]}, warnings ${parts[2]}`);
  }
}
