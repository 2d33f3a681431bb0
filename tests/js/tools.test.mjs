import assert from "node:assert/strict";
import { test } from "node:test";
import { updateRegion } from "../../js/core/actions.js";
import { regionBounds } from "../../js/core/region_area.js";
import { cornersOf } from "../../js/core/shapes/box.js";
import { EditorState } from "../../js/editor/editor_state.js";
import { TOOLS } from "../../js/editor/tools/index.js";

const SIZE = 400; // CSS px of the drawing area
const at = (x, y, more = {}) => ({
  x,
  y,
  cssPixel: [1 / SIZE, 1 / SIZE],
  pressure: 1,
  shift: false,
  alt: false,
  control: false,
  clicks: 1,
  ...more,
});
const rect = (x, y, width, height) => ({ kind: "rect", x, y, width, height });

/** A state with regions of these shapes, and a tool in the hand. */
function stateWith(toolName, ...regions) {
  const state = new EditorState();
  state.setText(JSON.stringify({ schema: 1, regions: regions.map((shape) => ({ prompt: "x", shapes: [shape] })) }));
  state.set({ tool: TOOLS.find(({ name }) => name === toolName) });
  return state;
}

/** Press at the first place, move through the others, release at the last. */
function drag(state, ...places) {
  const gesture = state.tool.press(state, places[0]);
  for (const place of places.slice(1)) gesture?.move(place);
  gesture?.release(places.at(-1));
}

const shapesOf = (state) => state.value.document.regions.flatMap(({ shapes }) => shapes);
const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-9, `${value}, not ${expected}`);

test("tools have names, keys and icons of their own", () => {
  for (const property of ["name", "key", "icon", "label"]) {
    assert.equal(new Set(TOOLS.map((tool) => tool[property])).size, TOOLS.length, property);
  }
  assert.deepEqual(
    TOOLS.map(({ name, key }) => `${name} ${key}`),
    ["select v", "rect r", "ellipse e", "polygon p", "points n", "brush b", "eraser x"],
  );
});

test("a box is drawn from any corner, square with Shift, and only by a drag", () => {
  for (const kind of ["rect", "ellipse"]) {
    const state = stateWith(kind);
    drag(state, at(0.6, 0.7), at(0.2, 0.5));
    const [shape] = shapesOf(state);
    assert.equal(shape.kind, kind);
    [shape.x, shape.y, shape.width, shape.height].forEach((side, i) => near(side, [0.2, 0.5, 0.4, 0.2][i]));
    assert.equal(state.selection.length, 1);
    drag(state, at(0.1, 0.1), at(0.1, 0.1 + 3 / SIZE));
    assert.equal(shapesOf(state).length, 1, "a click");
    state.setSize(800, 400);
    drag(state, at(0.1, 0.1), at(0.2, 0.5, { shift: true }));
    near(shapesOf(state)[1].width * 2, shapesOf(state)[1].height);
  }
});

test("what is drawn is a region of its own, part of the selected one, or taken from it", () => {
  const state = stateWith("rect", rect(0, 0, 0.5, 0.5));
  state.select(["r1"]);
  state.set({ mode: "add" });
  drag(state, at(0.5, 0.5), at(0.9, 0.9));
  state.set({ mode: "subtract" });
  drag(state, at(0.5, 0.5), at(0.6, 0.6));
  state.set({ mode: "new" });
  drag(state, at(0.1, 0.1, { alt: true }), at(0.2, 0.2, { alt: true }));
  assert.deepEqual(
    shapesOf(state).map(({ mode }) => mode),
    ["add", "add", "subtract", "subtract"],
  );
  state.select([]);
  drag(state, at(0.1, 0.1, { alt: true }), at(0.2, 0.2, { alt: true }));
  assert.equal(shapesOf(state).length, 4, "from nothing, nothing is taken");
  drag(state, at(0.1, 0.1), at(0.2, 0.2));
  assert.equal(state.document.regions.length, 2);
});

test("a cancelled gesture leaves the document as it was", () => {
  for (const { name } of TOOLS) {
    const state = stateWith(name, rect(0, 0, 0.5, 0.5));
    state.select(["r1"]);
    const before = state.document;
    const gesture = state.tool.press(state, at(0.2, 0.2));
    gesture.move(at(0.7, 0.8));
    gesture.cancel();
    assert.equal(state.document, before, name);
  }
});

test("the brush goes on in the selected region, the eraser takes from it", () => {
  const state = stateWith("brush");
  drag(state, at(0.2, 0.5), at(0.4, 0.5, { pressure: 0.5 }), at(0.8, 0.5));
  drag(state, at(0.2, 0.7), at(0.8, 0.7));
  state.set({ tool: TOOLS.find(({ name }) => name === "eraser") });
  drag(state, at(0.5, 0.3), at(0.5, 0.9));
  assert.equal(state.document.regions.length, 1);
  assert.deepEqual(
    shapesOf(state).map(({ kind, mode, points }) => [kind, mode, points.length]),
    [
      ["stroke", "add", 3],
      ["stroke", "add", 2],
      ["stroke", "subtract", 2],
    ],
  );
});

test("where no region is selected, or a locked one, what takes away says that there is nothing", () => {
  for (const [name, alt] of /** @type {[string, boolean][]} */ ([
    ["eraser", false],
    ["brush", true],
    ["rect", true],
    ["polygon", true],
  ])) {
    const state = stateWith(name, rect(0, 0, 0.3, 0.3));
    const { id } = state.document.regions[0];
    for (const selection of [[], [id]]) {
      state.commit(updateRegion(state.document, id, { locked: true }), "Lock region", "", selection);
      const before = state.document;
      const corners = [0.4, 0.5, 0.6, 0.7].map((x) => at(x, 0.4, { alt }));
      drag(state, ...corners, ...corners.map((corner) => ({ ...corner, y: 0.6 })).reverse());
      assert.equal(state.document, before, name);
      assert.match(state.message, /nothing to take away from/, name);
      state.say(null);
    }
  }
});

test("a polygon is clicked corner by corner until its first corner, Enter or a dragged outline closes it", () => {
  const state = stateWith("polygon");
  const corners = [at(0.2, 0.2), at(0.8, 0.2), at(0.5, 0.8)];
  const clicked = () => {
    const gesture = state.tool.press(state, corners[0]);
    assert.ok(gesture.release(corners[0]), "it goes on");
    for (const corner of corners.slice(1)) {
      gesture.hover(corner);
      assert.ok(gesture.press(corner) && gesture.release(corner));
    }
    return gesture;
  };
  assert.equal(clicked().press(at(0.2, 0.2 + 5 / SIZE)), false, "closed by its first corner");
  clicked().finish(false);
  state.select([]);
  drag(state, ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => at(0.5 + 0.3 * Math.cos(i), 0.5 + 0.3 * Math.sin(i))));
  const shapes = shapesOf(state);
  assert.deepEqual(
    shapes.map(({ kind, points }) => [kind, points.length > 3]),
    [
      ["polygon", false],
      ["polygon", false],
      ["polygon", true],
    ],
  );
  const two = state.tool.press(state, corners[0]);
  two.press(corners[1]);
  two.finish(false);
  assert.equal(shapesOf(state).length, 3, "two corners are none");
});

test("select moves what it hits, along one axis with Shift, and resizes by a handle", () => {
  const state = stateWith("select", rect(0.1, 0.1, 0.2, 0.2), rect(0.6, 0.6, 0.2, 0.2));
  drag(state, at(0.2, 0.2), at(0.3, 0.25));
  assert.deepEqual(state.selection, ["r1"]);
  let box = regionBounds(state.selected[0], 1);
  [box.x0, box.y0].forEach((side, i) => near(side, [0.2, 0.15][i]));
  drag(state, at(0.3, 0.25), at(0.5, 0.3, { shift: true }));
  box = regionBounds(state.selected[0], 1);
  [box.x0, box.y0].forEach((side, i) => near(side, [0.4, 0.15][i]));
  assert.equal(state.tool.cursor(state, at(box.x1, box.y1)), "nwse-resize");
  drag(state, at(box.x1, box.y1), at(box.x1 + 0.1, box.y1 + 0.2));
  box = regionBounds(state.selected[0], 1);
  [box.x0, box.y0, box.x1, box.y1].forEach((side, i) => near(side, [0.4, 0.15, 0.7, 0.55][i]));
  state.tool.press(state, at(0.7, 0.7, { shift: true }));
  assert.deepEqual(state.selection, ["r1", "r2"]);
  drag(state, at(0.05, 0.95));
  assert.deepEqual(state.selection, []);
});

test("with every tool for shapes a click selects, then one deeper, and a drag of the selected region moves it", () => {
  for (const kind of ["select", "rect", "ellipse"]) {
    const state = stateWith(kind, rect(0.1, 0.1, 0.6, 0.6), rect(0.2, 0.2, 0.6, 0.6), rect(0.3, 0.3, 0.6, 0.6));
    const chosen = [1, 1, 1, 1].map(() => {
      drag(state, at(0.5, 0.5));
      return state.selection.join();
    });
    assert.deepEqual(chosen, ["r3", "r2", "r1", "r3"], kind);
    drag(state, at(0.5, 0.5, { clicks: 2 }));
    assert.deepEqual(state.selection, ["r3"], "the second click of a double-click");
    state.select(["r1"]);
    drag(state, at(0.5, 0.5), at(0.6, 0.5));
    near(shapesOf(state)[0].x, 0.2);
    near(shapesOf(state)[2].x, 0.3);
    assert.equal(state.document.regions.length, 3, kind);
    drag(state, at(0.95, 0.05));
    assert.deepEqual(state.selection, []);
  }
});

test("of several selected regions a click selects one", () => {
  const state = stateWith("select", rect(0, 0, 0.2, 0.2), rect(0.5, 0.5, 0.2, 0.2));
  state.select(["r1", "r2"]);
  drag(state, at(0.1, 0.1));
  assert.deepEqual(state.selection, ["r1"]);
});

test("with Ctrl a shape is drawn inside of the selected region, and the brush needs none", () => {
  for (const name of ["rect", "ellipse", "polygon"]) {
    const state = stateWith(name, rect(0, 0, 1, 1));
    state.select(["r1"]);
    const places = [0, 1, 2, 3, 4, 5].map((i) =>
      at(0.5 + 0.2 * Math.cos(i), 0.5 + 0.2 * Math.sin(i), { control: true }),
    );
    drag(state, ...places);
    assert.equal(state.document.regions.length, 2, name);
  }
  const state = stateWith("brush", rect(0, 0, 1, 1));
  state.select(["r1"]);
  drag(state, at(0.2, 0.5), at(0.8, 0.5));
  assert.deepEqual(
    shapesOf(state).map(({ kind }) => kind),
    ["rect", "stroke"],
  );
});

test("a polygon moves the selected region by a drag, and has its corner there by a click", () => {
  const state = stateWith("polygon", rect(0.2, 0.2, 0.6, 0.6));
  state.select(["r1"]);
  drag(state, at(0.5, 0.5), at(0.4, 0.5));
  near(shapesOf(state)[0].x, 0.1);
  const gesture = state.tool.press(state, at(0.5, 0.5));
  assert.ok(gesture.release(at(0.5, 0.5)), "it goes on");
  assert.equal(gesture.finish(false), false, "one corner is no shape");
});

test("a stroke under the pen grows in place, and nothing else does", () => {
  const state = stateWith("eraser", rect(0, 0, 1, 1));
  state.set({ mode: "subtract" });
  state.setText('{"schema":1,"regions":[{"locked":true,"shapes":[{"kind":"stroke","width":0.1,"points":[[0,0]]}]}]}');
  state.select(["r1"]);
  drag(state, at(0.2, 0.2), at(0.4, 0.4), at(0.6, 0.2));
  assert.equal(shapesOf(state)[0].points.length, 1, "a locked region");
  state.setText('{"schema":1,"regions":[{"shapes":[{"kind":"rect","x":0,"y":0,"width":1,"height":1}]}]}');
  state.select([state.document.regions[0].id]);
  const gesture = state.tool.press(state, at(0.2, 0.2));
  const { draft } = state;
  gesture.move(at(0.4, 0.4));
  assert.equal(state.draft, draft);
  assert.deepEqual(state.growing, state.selection);
  assert.equal(draft.regions[0].shapes[1].points.length, 2);
  gesture.cancel();
  assert.deepEqual([shapesOf(state).length, state.growing], [1, []]);
});

test("a new region asks for its words, and only a new one", () => {
  const state = stateWith("rect");
  let count = 0;
  state.addEventListener("drawn", () => (count += 1));
  drag(state, at(0.1, 0.1), at(0.4, 0.4));
  assert.equal(count, 1);
  state.set({ mode: "add" });
  drag(state, at(0.5, 0.5), at(0.6, 0.6));
  assert.equal(count, 1);
});

test("select drags a box around regions, and with Alt a copy", () => {
  const state = stateWith("select", rect(0.1, 0.1, 0.2, 0.2), rect(0.6, 0.1, 0.2, 0.2), rect(0.6, 0.6, 0.2, 0.2));
  drag(state, at(0.05, 0.05), at(0.7, 0.4));
  assert.deepEqual(state.selection, ["r1", "r2"]);
  drag(state, at(0.95, 0.95, { shift: true }), at(0.7, 0.7, { shift: true }));
  assert.deepEqual(state.selection, ["r1", "r2", "r3"]);
  state.select(["r1"]);
  drag(state, at(0.2, 0.2, { alt: true }), at(0.2, 0.6, { alt: true }));
  assert.equal(state.document.regions.length, 4);
  near(shapesOf(state)[0].y, 0.1);
  near(shapesOf(state)[3].y, 0.5);
  assert.deepEqual(state.selection, [state.document.regions[3].id]);
  state.select(["r1"]);
  drag(state, at(0.2, 0.2, { alt: true }));
  assert.equal(state.document.regions.length, 4, "a click copies nothing");
});

test("what is moved, resized or drawn snaps to the canvas and to other regions, unless Alt is held or it is off", () => {
  const close = 5 / SIZE; // within reach
  const state = stateWith("select", rect(0.1, 0.1, 0.2, 0.2), rect(0.6, 0.7, 0.2, 0.2));
  const first = () => shapesOf(state)[0];
  state.select(["r1"]);
  drag(state, at(0.2, 0.2), at(0.1 + close, 0.3));
  near(first().x, 0);
  near(first().y, 0.2);
  drag(state, at(0.1, 0.3), at(0.5 - close, 0.3), at(0.5 - close, 0.3, { alt: true }));
  near(first().x, 0.4 - close);
  state.set({ snaps: false });
  drag(state, at(0.5, 0.3), at(0.5 + 0.002, 0.3));
  drag(state, at(0.45, 0.3), at(0.45, 0.4));
  near(first().x, 0.4 - close);
  state.set({ snaps: true });
  const right = first().x + 0.2;
  drag(state, at(right, 0.3 + 0.1), at(0.6 + close, 0.4));
  near(first().x + first().width, 0.6); // the other's left edge
  state.set({ tool: TOOLS.find(({ name }) => name === "ellipse") });
  state.select([]);
  drag(state, at(1 / 3 + close, 0.7 - close), at(2 / 3 - close, 0.95));
  const drawn = shapesOf(state).at(-1);
  near(drawn.x, 1 / 3);
  near(drawn.y, 0.7);
  near(drawn.x + drawn.width, 2 / 3);
  near(drawn.y + drawn.height, 0.95);
});

test("a snap shows the lines that it met, across the picture", () => {
  const state = stateWith("select", rect(0.1, 0.1, 0.2, 0.2));
  state.select(["r1"]);
  const gesture = state.tool.press(state, at(0.2, 0.2));
  gesture.move(at(0.4 - 2 / SIZE, 0.25));
  const bars = [];
  gesture.paint({ fillRect: (...bar) => bars.push(bar) }, SIZE, SIZE, 1);
  assert.deepEqual(bars, [[0.5 * SIZE, 0, 1, SIZE]]);
});

test("the round handle turns the selected region around its middle, with Shift in steps of 15 degrees", () => {
  const state = stateWith("select", rect(0.4, 0.45, 0.2, 0.1));
  state.select(["r1"]);
  const handle = at(0.5, 0.45 - 24 / SIZE);
  drag(state, handle, at(0.6, 0.5));
  near(shapesOf(state)[0].rotation, 90);
  near(shapesOf(state)[0].x, 0.4);
  state.undo();
  assert.equal(shapesOf(state)[0].rotation, undefined);
  drag(state, handle, at(0.5 + 0.2 * Math.sin(0.6), 0.5 - 0.2 * Math.cos(0.6), { shift: true }));
  near(shapesOf(state)[0].rotation, 30);
  const { x, y, width, height } = shapesOf(state)[0];
  assert.deepEqual([x, y, width, height], [0.4, 0.45, 0.2, 0.1]);
});

test("a turned region is resized along its own sides, and the opposite corner stays", () => {
  const state = stateWith("rect", { ...rect(0.3, 0.4, 0.4, 0.2), rotation: 30 });
  state.setSize(1200, 800);
  state.select(["r1"]);
  const corners = () => cornersOf(shapesOf(state)[0], state.aspect);
  const [first, , third] = corners();
  const along = (from, to, part) => at(from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]));
  drag(state, at(...third), along(first, third, 1.5));
  const after = corners();
  near(after[0][0], first[0]);
  near(after[0][1], first[1]);
  near(shapesOf(state)[0].width, 0.6);
  near(shapesOf(state)[0].height, 0.3);
  assert.equal(shapesOf(state)[0].rotation, 30);
});

test("points of polygons and strokes are moved, added on an edge, and taken away with Alt", () => {
  const corners = [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.5, 0.75],
  ];
  const state = stateWith("points", { kind: "polygon", points: corners });
  state.select(["r1"]);
  const pointsOf = () => shapesOf(state)[0].points;
  drag(state, at(0.802, 0.2), at(0.802, 0.2));
  assert.deepEqual(pointsOf(), corners, "a click moves nothing");
  drag(state, at(0.802, 0.2), at(0.902, 0.3));
  near(pointsOf()[1][0], 0.9);
  near(pointsOf()[1][1], 0.3);
  drag(state, at(0.2, 0.201), at(0.01, 0.01));
  assert.deepEqual(pointsOf()[0], [0, 0], "it snaps to the canvas's corner");
  drag(state, at(0.25, 0.375), at(0.1, 0.6));
  assert.equal(pointsOf().length, 4, "on the edge that leads back to the first");
  near(pointsOf()[3][0], 0.1);
  drag(state, at(0.1, 0.6, { alt: true }), at(0.1, 0.6, { alt: true }));
  drag(state, at(0, 0, { alt: true }), at(0, 0, { alt: true }));
  assert.equal(pointsOf().length, 3, "a polygon has three points at least");

  const line = stateWith("points", {
    kind: "stroke",
    width: 0.1,
    points: [
      [0.1, 0.5, 1],
      [0.9, 0.5, 0.5],
    ],
  });
  line.select(["r1"]);
  drag(line, at(0.4, 0.5), at(0.4, 0.8));
  assert.deepEqual(shapesOf(line)[0].points[1], [0.4, 0.8, 0.75], "its pressure is between its neighbours'");
  drag(line, at(0.5, 0.9), at(0.6, 0.95));
  assert.equal(line.selection.length, 0, "elsewhere the tool selects");
});
