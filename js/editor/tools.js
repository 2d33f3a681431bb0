import { addShape, moveRegions, newRegion, resizeRegion } from "../core/actions.js";
import { hitTest, regionBounds, simplified } from "../core/geometry.js";
import { HANDLES } from "./painting.js";

const LEAST_DRAG = 4; // CSS px; a shorter drag was a click
export const TOLERANCE = 0.0015; // of the shorter side: how far a simplified stroke may stray from the hand's

/**
 * One press of the pointer with the current tool. `at` is {x, y, pressure, shift, alt, add, reach}: a place in fractions of the
 * canvas, the keys held, and `reach`: [x, y] fractions that are one CSS pixel. Returns what the drag does next:
 * {move(at), end(at), cancel()}, or null if the press did all there is to do. The polygon tool is in polygon.js.
 */
export function press(session, at) {
  if (session.tool === "select") return pressHandle(session, at) ?? pressRegion(session, at);
  if (session.tool === "rect" || session.tool === "ellipse") return drawBox(session, at);
  return drawStroke(session, at);
}

/** Which handle of the single selected region lies under `at`, or null. */
export function handleAt(session, at) {
  const [region] = session.selected;
  if (!region || session.selection.length !== 1 || region.locked) return null;
  const box = regionBounds(region, session.aspect);
  if (!box) return null;
  const near = ([right, down]) =>
    Math.abs(at.x - box.x0 - right * (box.x1 - box.x0)) <= 8 * at.reach[0] &&
    Math.abs(at.y - box.y0 - down * (box.y1 - box.y0)) <= 8 * at.reach[1];
  return Object.keys(HANDLES).find((name) => near(HANDLES[name])) ?? null;
}

function pressHandle(session, at) {
  const handle = handleAt(session, at);
  if (!handle) return null;
  const before = session.document;
  const [region] = session.selected;
  const from = regionBounds(region, session.aspect);
  const to = (now) => resizeRegion(before, region.id, from, pulled(from, handle, now, at));
  return {
    move: (now) => session.sketch(to(now)),
    end: (now) => session.commit(to(now), "Resize region"),
    cancel: () => session.sketch(null),
  };
}

/** The box that a handle drawn from `start` to `now` leaves; Shift keeps the proportions. Never thinner than a pixel. */
function pulled(from, handle, now, start) {
  const box = { ...from };
  const [dx, dy] = [now.x - start.x, now.y - start.y];
  if (handle.includes("w")) box.x0 = Math.min(from.x0 + dx, from.x1 - now.reach[0]);
  if (handle.includes("e")) box.x1 = Math.max(from.x1 + dx, from.x0 + now.reach[0]);
  if (handle.includes("n")) box.y0 = Math.min(from.y0 + dy, from.y1 - now.reach[1]);
  if (handle.includes("s")) box.y1 = Math.max(from.y1 + dy, from.y0 + now.reach[1]);
  if (now.shift && handle.length === 2) {
    const grown = Math.max((box.x1 - box.x0) / (from.x1 - from.x0), (box.y1 - box.y0) / (from.y1 - from.y0));
    const [wide, high] = [(from.x1 - from.x0) * grown, (from.y1 - from.y0) * grown];
    if (handle.includes("w")) box.x0 = box.x1 - wide;
    else box.x1 = box.x0 + wide;
    if (handle.includes("n")) box.y0 = box.y1 - high;
    else box.y1 = box.y0 + high;
  }
  return box;
}

function pressRegion(session, at) {
  const hit = hitTest(session.document, at.x, at.y, session.aspect);
  if (!hit) {
    session.select([]);
    return null;
  }
  const chosen = session.selection.includes(hit.id);
  if (at.shift)
    session.select(chosen ? session.selection.filter((id) => id !== hit.id) : [...session.selection, hit.id]);
  else if (!chosen) session.select([hit.id]);
  const before = session.document;
  const ids = session.selected.filter((region) => !region.locked).map((region) => region.id);
  const moved = (now) => {
    const [dx, dy] = [now.x - at.x, now.y - at.y];
    const straight = now.shift && !at.shift; // Shift during the drag: along one axis only
    if (!straight) return moveRegions(before, ids, dx, dy);
    return Math.abs(dx) > Math.abs(dy) ? moveRegions(before, ids, dx, 0) : moveRegions(before, ids, 0, dy);
  };
  let far = false;
  return {
    move: (now) => {
      far ||= isFar(at, now);
      if (far) session.sketch(moved(now));
    },
    end: (now) => (far ? session.commit(moved(now), "Move region") : session.sketch(null)),
    cancel: () => session.sketch(null),
  };
}

function isFar(at, now) {
  return Math.hypot((now.x - at.x) / now.reach[0], (now.y - at.y) / now.reach[1]) >= LEAST_DRAG;
}

function drawBox(session, at) {
  const before = session.document;
  const shape = (now) => {
    let [width, height] = [now.x - at.x, now.y - at.y];
    if (now.shift) {
      // A square on the screen: one height unit is `aspect` times shorter than a width unit.
      const side = Math.max(Math.abs(width) * session.aspect, Math.abs(height));
      [width, height] = [(Math.sign(width) * side) / session.aspect, Math.sign(height) * side];
    }
    return {
      kind: session.tool,
      x: Math.min(at.x, at.x + width),
      y: Math.min(at.y, at.y + height),
      width: Math.abs(width),
      height: Math.abs(height),
    };
  };
  const result = (now) => withShape(session, before, shape(now), now.alt);
  return {
    move: (now) => isFar(at, now) && session.sketch(result(now).document),
    end: (now) => {
      if (!isFar(at, now)) return session.sketch(null);
      finish(session, result(now), "Draw " + session.tool);
    },
    cancel: () => session.sketch(null),
  };
}

function drawStroke(session, at) {
  const erasing = session.tool === "eraser";
  const before = session.document;
  const points = [[at.x, at.y, at.pressure]];
  const stroke = (kept) => ({ kind: "stroke", points: kept, width: session.brush });
  const result = (kept) => withShape(session, before, stroke(kept), erasing || at.alt, !erasing);
  if (erasing && !session.selected.length) return null;
  session.sketch(result(points).document);
  return {
    move: (now) => {
      points.push([now.x, now.y, now.pressure]);
      session.sketch(result([...points]).document);
    },
    end: () => finish(session, result(simplified(points, TOLERANCE, session.aspect)), erasing ? "Erase" : "Brush"),
    cancel: () => session.sketch(null),
  };
}

/**
 * The document with a shape drawn, by the session's mode: in a new region, added to the selected one, or taken from it.
 * A brush that `joins` goes on painting the selected region in "new" mode, too. Returns {document, ids: selected then}.
 */
export function withShape(session, document, shape, takeAway, joins = false) {
  const ids = document.regions.filter((one) => session.selection.includes(one.id) && !one.locked).map((one) => one.id);
  const subtract = takeAway || session.mode === "subtract";
  if (ids.length && (subtract || joins || session.mode === "add")) {
    const mark = subtract ? { ...shape, mode: "subtract" } : shape;
    return { document: ids.reduce((now, id) => addShape(now, id, mark), document), ids };
  }
  if (subtract) return { document, ids: session.selection };
  const made = newRegion(document, [shape]);
  return { document: made.document, ids: [made.id] };
}

/** Store a drawing and select what it is part of. */
export function finish(session, { document, ids }, label) {
  session.commit(document, label);
  session.select(ids);
}
