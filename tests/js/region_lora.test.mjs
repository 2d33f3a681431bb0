import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "../../js/core/document_reader.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { fileMeant, withStrength } from "../../js/core/region_lora.js";

test("a region's LoRAs are kept as they are stored", () => {
  const loras = [{ name: "people/anna.safetensors", strength: 0.8, note: "kept" }, { name: "ink" }];
  const text = JSON.stringify({ schema: 1, regions: [{ id: "r1", prompt: "", loras, shapes: [] }] });
  const doc = parseDocument(text);
  assert.deepEqual(doc.regions[0].loras, loras);
  assert.deepEqual(JSON.parse(stringifyDocument(doc)).regions[0].loras, loras);
});

test("a part of a name that only one file has means that file; any other text stays", () => {
  const files = ["people/Anna.safetensors", "people/Annabel.safetensors", "ink.safetensors"];
  assert.equal(fileMeant(" INK ", files), "ink.safetensors");
  assert.equal(fileMeant("ink.safetensors", files), "ink.safetensors");
  assert.equal(fileMeant("anna", files), "anna", "two have it");
  assert.equal(fileMeant("annab", files), "people/Annabel.safetensors");
  assert.equal(fileMeant("not here yet", files), "not here yet");
});

test("a strength is held within its range, and only that of one LoRA changes", () => {
  const loras = [{ name: "a" }, { name: "b", end: 0.5 }];
  assert.deepEqual(withStrength(loras, 1, 40), [{ name: "a" }, { name: "b", end: 0.5, strength: 10 }]);
});
