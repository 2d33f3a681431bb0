import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDocument } from "../../js/core/document.js";
import { DocumentValue } from "../../js/core/document_value.js";
import { stringifyDocument } from "../../js/core/document_writer.js";
import { createRegion } from "../../js/core/region.js";
import { EditorState } from "../../js/editor/editor_state.js";

const named = (name) => ({ ...emptyDocument(), regions: [createRegion([], [], { name })] });
const filling = (name, started_from) => stringifyDocument({ ...named(name), started_from });

test("a text that cannot be read is kept and explained, and nothing is committed to it", () => {
  const value = new DocumentValue();
  value.commit(named("a"), "draw");
  assert.equal(value.read("{"), true);
  assert.equal(value.text, "{");
  assert.ok(value.error);
  assert.equal(value.document.regions[0].name, "a", "the last that could be read");
  assert.equal(value.commit(named("b"), "draw"), false);
  assert.equal(value.text, "{");
  assert.equal(value.read('{"schema":1}'), true);
  assert.equal(value.error, null);
  assert.equal(value.history.canUndo, false, "a text of the host's begins anew");
  assert.equal(value.read('{"schema":1}'), false, "the same text is no news");
});

test("a run fills the document as one step, keeps prompts that it does not give, and the same fill comes once", () => {
  const value = new DocumentValue();
  value.read(JSON.stringify({ schema: 1, base_prompt: "a {red|blue} beach", regions: [] }));
  const text = filling("a car", "abc");
  assert.equal(value.fill(text), true);
  assert.equal(JSON.parse(value.text).started_from, "abc");
  assert.equal(value.document.base_prompt, "a {red|blue} beach");
  value.commit({ ...value.document, background_prompt: "fog" }, "Prompt");
  assert.equal(value.fill(text), false);
  assert.equal(value.fill("no document"), false);
  assert.equal(value.document.background_prompt, "fog", "a hand edit stays");
  value.undo();
  value.undo();
  assert.equal(value.document.regions.length, 0);
});

test("an undone fill is not filled again: its mark stays with the value", () => {
  const value = new DocumentValue();
  value.fill(filling("filled", "abc"));
  assert.equal(JSON.parse(value.text).regions.length, 1);
  value.undo();
  assert.deepEqual(JSON.parse(value.text), { schema: 1, started_from: "abc" });
  value.fill(filling("again", "abc"));
  assert.equal(value.document.regions.length, 0);
  value.fill(filling("other", "def"));
  assert.equal(value.document.regions[0].name, "other");
  value.undo();
  value.undo();
  assert.equal(JSON.parse(value.text).started_from, "def");
  value.redo();
  assert.equal(JSON.parse(value.runText).started_from, "def");
});

test("an editor goes on where another of the same node was, if its value was once that one's", () => {
  const first = new EditorState();
  first.commit(named("a"), "draw");
  const before = first.value.text;
  first.fill(filling("b", "abc"));
  first.set({ brush: 0.3, snaps: false });
  const other = new EditorState();
  other.setText('{"schema":1,"base_prompt":"never seen"}');
  assert.equal(other.recall(first.remember()), false);
  const undone = new EditorState();
  undone.setText(before);
  assert.equal(undone.recall(first.remember()), true);
  assert.equal(undone.value.text, before, "the host's value is as the host wants it");
  assert.equal(JSON.parse(undone.value.runText).started_from, "abc", "but a run knows what has filled it since");
  const { canUndo, canRedo } = undone.value.history;
  assert.deepEqual([undone.brush, undone.snaps, canUndo, canRedo], [0.3, false, true, true]);
  undone.redo();
  assert.equal(undone.document.regions[0].name, "b");
});

test("an editor says once that a run has filled its drawing", () => {
  const state = new EditorState();
  let commits = 0;
  state.addEventListener("commit", () => (commits += 1));
  state.select(["gone"]);
  for (let run = 0; run < 2; run += 1) state.fill(filling("a car", "abc"));
  assert.deepEqual([commits, state.selection], [1, []]);
});
