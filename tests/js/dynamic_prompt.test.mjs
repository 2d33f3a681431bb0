/** Choices and comments are those of ComfyUI's own prompts. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { expandDocument, expandPrompt } from "../../js/core/dynamic_prompt.js";
import { chance, pick, whole } from "./random.mjs";

const first = () => 0;
const last = () => 0.999;

test("a choice is one of its options, and a comment is nothing", () => {
  for (const [prompt, one, other] of [
    ["a {red|blue} ball // note", "a red ball ", "a blue ball "],
    ["a /* big\nold */ dog", "a  dog", "a  dog"],
    ["{a|b{c|d}}", "a", "bd"],
    ["{|x}y", "y", "xy"],
    ["{only}", "only", "only"],
    ["\\{a\\|b\\} (\\(c:1.2)", "{a|b} (\\(c:1.2)", "{a|b} (\\(c:1.2)"],
    ["a | b }", "a | b }", "a | b }"],
    ["{a|b", "a", "b"],
    ["{a|b {c|d", "a", "b d"],
    ["// all\nrest", "\nrest", "\nrest"],
    ["ends in \\", "ends in \\", "ends in \\"],
    ["", "", ""],
  ]) {
    assert.equal(expandPrompt(prompt, first), one);
    assert.equal(expandPrompt(prompt, last), other);
  }
});

test("all options are drawn", () => {
  const drawn = new Set(Array.from({ length: 400 }, () => expandPrompt("{a|b|{c|d}}")));
  assert.deepEqual([...drawn].sort(), ["a", "b", "c", "d"]);
});

test("the work grows with the length alone", () => {
  assert.equal(expandPrompt("{".repeat(100_000) + "x", first), "x");
  assert.equal(expandPrompt("{|".repeat(100_000), first), "");
  for (const [piece, rest] of [
    ["/* ", "/* "],
    ["/**/a", "a"],
    ["// \n", "\n"],
    ["*/", null],
    ["/*/", null],
    ["//", null],
  ]) {
    const count = 300_000;
    const started = process.cpuUsage();
    const expanded = expandPrompt(piece.repeat(count), first);
    assert.ok(process.cpuUsage(started).user < 10e6, piece);
    if (rest !== null) assert.equal(expanded, rest.repeat(count));
  }
});

test("a document keeps all but its prompts, and to the letter where none has a choice", () => {
  const plain = '{ "schema": 1, "regions": [{"prompt": "a ball", "name": "{a|b}", "x": 1}]}';
  assert.equal(expandDocument(plain, last), plain);
  const doc = {
    schema: 1,
    base_prompt: "{a|b}",
    background_prompt: "c // d",
    note: "{a|b}",
    regions: [{ name: "{a|b}", prompt: "{e|f}", shapes: [{ kind: "rect", x: 0 }] }, { prompt: 3 }, null],
  };
  const expected = { ...doc, base_prompt: "b", background_prompt: "c ", regions: [{ ...doc.regions[0], prompt: "f" }] };
  expected.regions.push({ prompt: 3 }, null);
  assert.deepEqual(JSON.parse(expandDocument(JSON.stringify(doc), last)), expected);
  for (const text of ["", "no JSON", "null", "3", '{"regions": 3}']) assert.equal(expandDocument(text), text);
});

test("comments are those of the usual expression", () => {
  const next = chance(1);
  for (let number = 0; number < 5000; number += 1) {
    const pieces = ["/", "*", "/*", "*/", "//", "a", "\n", "\r", "\u2028", " "];
    const prompt = Array.from({ length: whole(next, 0, 14) }, () => pick(next, pieces)).join("");
    assert.equal(expandPrompt(prompt, first), prompt.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""), JSON.stringify(prompt));
  }
});

test("a document nested too deeply to be written stays as it is", () => {
  const text = `{"base_prompt": "{a|b}", "x": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  assert.equal(expandDocument(text, first), text);
});
