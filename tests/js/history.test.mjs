import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../js/core/history.js";
import { chance, pick } from "./random.mjs";

function clocked(document, limit) {
  const time = { now: 0 };
  return { time, history: new History(document, limit, () => time.now) };
}

test("undo and redo go through what was committed", () => {
  const { history } = clocked("a");
  assert.ok(!history.canUndo && !history.canRedo);
  history.commit("b", "to b");
  history.commit("c", "to c");
  assert.equal(history.undoLabel, "to c");
  assert.equal(history.undo(), "b");
  assert.deepEqual([history.undoLabel, history.redoLabel], ["to b", "to c"]);
  assert.equal(history.redo(), "c");
  assert.equal(history.redo(), "c", "at the end nothing happens");
  history.undo();
  history.commit("d", "to d");
  assert.ok(!history.canRedo, "a new step ends what could be redone");
  assert.equal(history.undo(), "b");
  assert.equal(history.undo(), "a");
  assert.equal(history.undo(), "a", "at the beginning nothing happens");
});

test("quick commits of one key are one step, later or other ones are not", () => {
  const { time, history } = clocked("");
  for (const text of ["h", "he", "hey"]) {
    history.commit(text, "typing", "prompt");
    time.now += 600;
  }
  time.now += 401; // 1001 ms after the last one
  history.commit("hey!", "typing", "prompt");
  history.commit("hey!?", "typing", "other");
  history.commit("x", "step");
  history.commit("y", "step");
  assert.deepEqual(
    [history.undo(), history.undo(), history.undo(), history.undo(), history.undo()],
    ["x", "hey!?", "hey!", "hey", ""],
  );
});

test("nothing merges into a step that was undone to", () => {
  const { history } = clocked("a");
  history.commit("b", "", "key");
  history.commit("c", "");
  history.undo();
  history.commit("d", "", "key");
  assert.equal(history.undo(), "b");
});

test("the same document is no step", () => {
  const { history } = clocked("a");
  history.commit("b", "");
  history.undo();
  history.commit("a", "");
  assert.ok(!history.canUndo && history.canRedo);
});

test("reset forgets all, and the limit the oldest", () => {
  const { history } = clocked(0, 3);
  for (let step = 1; step <= 10; step += 1) history.commit(step, "");
  for (let step = 0; step < 10; step += 1) history.undo();
  assert.equal(history.document, 7);
  history.reset("new");
  assert.deepEqual([history.document, history.canUndo, history.canRedo, history.undoLabel], ["new", false, false, ""]);
  history.commit("after", "", "key");
  assert.equal(history.undo(), "new");
});

test("any walk of steps agrees with two stacks", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const next = chance(seed);
    const { history } = clocked(0, 5);
    let [past, now, future] = [[], 0, []];
    for (let step = 1; step < 60; step += 1) {
      const what = pick(next, ["commit", "commit", "undo", "redo"]);
      if (what === "commit") {
        history.commit(step, "");
        [past, now, future] = [[...past, now].slice(-5), step, []];
      } else if (what === "undo") {
        history.undo();
        if (past.length > 0) [past, now, future] = [past.slice(0, -1), past.at(-1), [now, ...future]];
      } else {
        history.redo();
        if (future.length > 0) [past, now, future] = [[...past, now], future[0], future.slice(1)];
      }
      assert.deepEqual(
        [history.document, history.canUndo, history.canRedo],
        [now, past.length > 0, future.length > 0],
        `seed ${seed}`,
      );
    }
  }
});
