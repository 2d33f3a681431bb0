import assert from "node:assert/strict";
import { test } from "node:test";
import { rotateRegions } from "../../js/core/actions.js";
import {
  DocumentError,
  MAX_BYTES,
  REGION_DEFAULTS,
  REGION_FIELDS,
  SCHEMA,
  emptyDocument,
} from "../../js/core/document.js";
import { parseDocument } from "../../js/core/document_reader.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { fitToSize } from "../../js/core/fitting.js";
import { PALETTE } from "../../js/core/region.js";
import { bad, coverageCases, good, palette, regionFields } from "./golden.mjs";
import { chance, randomDocument, scribble } from "./random.mjs";

const bytes = (doc) => Buffer.byteLength(stringifyDocument(doc), "utf8");

function rounded(value) {
  if (typeof value === "number") return Math.round(value * 1e4) / 1e4 + 0;
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)]));
}

function withStrokes(count, points, seed = 1, width = 0.05) {
  const next = chance(seed);
  const stroke = () => ({ kind: "stroke", mode: "add", width, points: scribble(next, points) });
  const regions = Array.from({ length: count }, (_, index) => ({ id: `r${index}`, shapes: [stroke()] }));
  return parseDocument(JSON.stringify({ schema: 1, regions }));
}

test("colours, ranges and defaults are those of the golden files", () => {
  assert.deepEqual([...PALETTE], palette);
  assert.deepEqual(REGION_FIELDS, regionFields);
  for (const [name, field] of Object.entries(regionFields)) assert.equal(REGION_DEFAULTS[name], field.default, name);
});

test("every text of bad.json is refused in one readable sentence that says where the mistake is", () => {
  assert.ok(bad.length > 0);
  for (const { text, why, at } of bad) {
    assert.throws(
      () => parseDocument(text),
      (error) => {
        assert.ok(error instanceof DocumentError, `${why}: ${error}`);
        assert.ok(error.message.startsWith(`${at} `), `${why}: ${error.message}`);
        assert.match(error.message, /\.$/, why);
        return true;
      },
      why,
    );
  }
});

test("every text of good.json is read, and read again from what is written", () => {
  assert.ok(good.length > 0);
  for (const { text, why } of good) {
    const doc = parseDocument(text);
    assert.equal(doc.schema, SCHEMA, why);
    assert.deepEqual(rounded(parseDocument(stringifyDocument(doc))), rounded(doc), why);
  }
});

test("an error names the region by number and name, and the shape", () => {
  const region = { name: "sky", shapes: [{ kind: "rect", x: 0, y: 0, width: "1", height: 1 }] };
  const text = JSON.stringify({ schema: 1, regions: [{}, region] });
  assert.throws(() => parseDocument(text), {
    message: /^Region 2 \('sky'\), shape 1 \(rect\): width is "1"; give a number/,
  });
});

test("defaults are filled in", () => {
  const text = '{"schema":1,"regions":[{"shapes":[{"kind":"stroke","width":0.1,"points":[[0.1,0.2]]}]}]}';
  assert.deepEqual(parseDocument(text), {
    schema: 1,
    base_prompt: "",
    background_prompt: "",
    regions: [
      {
        id: "r1",
        name: "",
        prompt: "",
        strength: 1,
        feather: 0,
        start: 0,
        end: 1,
        colour: palette[0],
        visible: true,
        locked: false,
        shapes: [{ kind: "stroke", mode: "add", width: 0.1, points: [[0.1, 0.2, 1]] }],
      },
    ],
  });
  assert.deepEqual(parseDocument("  \n"), emptyDocument());
});

test("ids become unique, and the first to have one keeps it", () => {
  const ids = ["", "r2", "r2", "r1", "x"].map((id) => ({ id }));
  const read = parseDocument(JSON.stringify({ schema: 1, regions: [{}, ...ids] })).regions.map(({ id }) => id);
  assert.equal(new Set(read).size, 6);
  assert.deepEqual([read[2], read[4], read[5]], ["r2", "r1", "x"]);
});

test("a colour that cannot be shown becomes one that can", () => {
  for (const colour of ["red", "#12", "#12345g", "url(x)", "#e64b3c;x"]) {
    const text = JSON.stringify({ schema: 1, regions: [{ colour }] });
    assert.match(parseDocument(text).regions[0].colour, /^#[0-9a-f]{6}$/);
  }
});

test("texts past a million characters are refused unread", () => {
  assert.throws(() => parseDocument(`{"schema":1,"x":"${"y".repeat(1e6)}"}`), DocumentError);
});

test("random documents survive writing and reading, but for rounding", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const doc = randomDocument(chance(seed));
    const text = stringifyDocument(doc);
    const again = parseDocument(text);
    assert.equal(text.includes("\n"), false, `seed ${seed}`);
    assert.deepEqual(rounded(again), rounded(doc), `seed ${seed}`);
    assert.equal(stringifyDocument(again), text, `seed ${seed}: writing what was read changes nothing`);
  }
});

test("what is a default is not written, but schema, prompt and shapes are", () => {
  assert.equal(stringifyDocument(emptyDocument()), '{"schema":1}');
  const text = stringifyDocument(parseDocument('{"schema":1,"regions":[{"id":"a"}]}'));
  assert.equal(text, '{"schema":1,"regions":[{"id":"a","prompt":"","shapes":[]}]}');
});

test("unknown keys are kept where they were", () => {
  const shape = { kind: "rect", x: 0, y: 0, width: 1, height: 1, angle: 30.123456, points: "mine" };
  const doc = { schema: 1, zoom: [1, null], regions: [{ id: "a", note: { deep: 1 }, shapes: [shape] }] };
  const again = JSON.parse(stringifyDocument(parseDocument(JSON.stringify(doc))));
  assert.deepEqual(again.zoom, [1, null]);
  assert.deepEqual(again.regions[0].note, { deep: 1 });
  assert.deepEqual(again.regions[0].shapes[0], shape);
});

test("geometry drawn out of all bounds is written so that it can be read", () => {
  const shape = { kind: "rect", mode: "add", x: -1e9, y: 1e300, width: 5e5, height: 1e-9 };
  const doc = {
    ...emptyDocument(),
    regions: [{ ...parseDocument('{"schema":1,"regions":[{}]}').regions[0], shapes: [shape] }],
  };
  assert.deepEqual(parseDocument(stringifyDocument(doc)).regions[0].shapes[0], {
    kind: "rect",
    mode: "add",
    x: -100,
    y: 100,
    width: 100,
    height: 0,
  });
});

test("a document that fits stays the same object", () => {
  for (const { doc } of coverageCases) {
    const read = parseDocument(JSON.stringify(doc));
    assert.equal(fitToSize(read), read);
  }
});

test("one that does not fit is simplified until it does, and no further than needed", () => {
  const doc = withStrokes(20, 800);
  assert.ok(bytes(doc) > MAX_BYTES);
  const smaller = fitToSize(doc);
  assert.ok(bytes(smaller) <= MAX_BYTES && bytes(smaller) > MAX_BYTES / 4, `${bytes(smaller)} bytes`);
  assert.deepEqual(
    smaller.regions.map(({ id }) => id),
    doc.regions.map(({ id }) => id),
  );
  for (const [index, region] of smaller.regions.entries()) {
    const before = doc.regions[index].shapes[0].points;
    assert.deepEqual([region.shapes[0].points[0], region.shapes[0].points.at(-1)], [before[0], before.at(-1)]);
  }
  parseDocument(stringifyDocument(smaller));
});

test("random noise fits, too: trembling pressure and lassos of chance do not hold points for ever", () => {
  const next = chance(3);
  const points = Array.from({ length: 9000 }, () => [next(), next(), next()]);
  const shapes = [
    { kind: "stroke", mode: "add", width: 0.1, points },
    { kind: "polygon", mode: "add", points: points.map(([x, y]) => [x, y]) },
  ];
  const doc = parseDocument(JSON.stringify({ schema: 1, regions: [{ shapes }] }));
  const smaller = fitToSize(doc, 4000);
  assert.ok(bytes(smaller) <= 4000);
  assert.ok(smaller.regions[0].shapes[1].points.length >= 3);
  parseDocument(stringifyDocument(smaller));
});

test("a document whose words alone are too long is not spoilt for nothing", () => {
  const doc = { ...withStrokes(1, 500), base_prompt: "w".repeat(MAX_BYTES) };
  assert.equal(fitToSize(doc), doc);
});

test("many regions without ids get them one after the other, and too many are refused", () => {
  const regions = Array.from({ length: 1000 }, (_, index) => ({ id: index % 3 ? "" : `r${index}` }));
  const { regions: read } = parseDocument(JSON.stringify({ schema: 1, regions }));
  assert.equal(new Set(read.map((region) => region.id)).size, 1000);
  assert.throws(() => parseDocument(JSON.stringify({ schema: 1, regions: [...regions, {}] })), /1001 regions/);
});

test("a document is not nested more deeply than can be written again", () => {
  const nested = (depth) => `{"schema": 1, "x": ${"[".repeat(depth)}${"]".repeat(depth)}, "y": "[[[\\"{{{"}`;
  stringifyDocument(parseDocument(nested(99)));
  assert.throws(() => parseDocument(nested(5000)), DocumentError);
});

test("a document is schema 2 while a shape in it is rotated, and only then", () => {
  const box = { kind: "rect", x: 0.1, y: 0.1, width: 0.5, height: 0.3 };
  const stored = (shape) => JSON.stringify({ schema: 1, regions: [{ prompt: "", shapes: [shape] }] });
  const upright = parseDocument(stored(box));
  const turned = rotateRegions(upright, ["r1"], 30, 1);
  assert.equal(JSON.parse(stringifyDocument(upright)).schema, 1);
  const text = stringifyDocument(turned);
  assert.match(text, /^\{"schema":2,.*"rotation":30/);
  assert.equal(stringifyDocument(parseDocument(text)), text);
  const back = rotateRegions(parseDocument(text), ["r1"], -30, 1);
  assert.equal(stringifyDocument(back), stringifyDocument(upright));
  const points = {
    kind: "polygon",
    points: [
      [0.1, 0.1],
      [0.5, 0.1],
      [0.1, 0.5],
    ],
  };
  assert.equal(JSON.parse(stringifyDocument(rotateRegions(parseDocument(stored(points)), ["r1"], 30, 1))).schema, 1);
});

test("a document with a byte order mark is a document", () => {
  assert.equal(parseDocument('\ufeff{"schema": 1, "regions": [], "base_prompt": "a"}').base_prompt, "a");
});
