import assert from "node:assert/strict";
import { test } from "node:test";
import { canvasesBehind } from "../../js/host/prompt_graph.js";

const node = (class_type, inputs = {}) => ({ class_type, inputs });

test("a result is of the canvases that it was made with, in subgraphs too, but not of those that are only shown", () => {
  const graph = {
    1: node("FluxRegions_Canvas"),
    "7:2": node("FluxRegions_Canvas", { regions: ["1", 0], width: 512 }),
    3: node("FluxRegions_Conditioning", { regions: ["7:2", 0], text: ["a", "b", "c"] }),
    4: node("SaveImage", { images: ["3", 0] }),
    5: node("FluxRegions_Preview", { regions: ["7:2", 0] }),
    6: node("PreviewImage", { images: ["5", 0] }),
    8: node("SaveImage", { images: ["9", 0] }),
    9: node("Loop", { value: ["8", 0] }),
  };
  assert.deepEqual(canvasesBehind(graph, "4").sort(), ["1", "7:2"]);
  for (const other of ["6", "8", "gone"]) assert.deepEqual(canvasesBehind(graph, other), []);
});
