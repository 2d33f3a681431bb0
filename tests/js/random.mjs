/** Seeded chance, and random drawings made from it: a failing test names its seed, and fails again with it. */

/**
 * @param {number} seed whole number
 * @returns {() => number} the next of a fixed sequence, in 0..1, one excluded
 */
export function chance(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    // A linear congruential step, its low bits mixed with the high ones, which are the more random.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  };
}

export const pick = (next, values) => values[Math.floor(next() * values.length)];
export const between = (next, low, high) => low + next() * (high - low);
export const whole = (next, low, high) => Math.floor(between(next, low, high + 1));

export function randomShape(next, kind = pick(next, ["rect", "ellipse", "polygon", "stroke"])) {
  const mode = next() < 0.25 ? "subtract" : "add";
  const place = () => between(next, -0.3, 1.3);
  if (kind === "polygon") {
    return { kind, mode, points: Array.from({ length: whole(next, 3, 9) }, () => [place(), place()]) };
  }
  if (kind === "stroke") {
    const points = Array.from({ length: whole(next, 1, 8) }, () => [place(), place(), next()]);
    return { kind, mode, points, width: between(next, 0, 0.5) };
  }
  const box = { kind, mode, x: place(), y: place(), width: between(next, 0, 0.8), height: between(next, 0, 0.8) };
  return next() < 0.4 ? { ...box, rotation: between(next, -89, 90) } : box;
}

/** A whole region, as the reader leaves it. */
export function randomRegion(next, number) {
  const start = next() * 0.9;
  return {
    id: `r${number}`,
    name: pick(next, ["", "sky", "Füchs\u00e9", "a 'name'"]),
    prompt: pick(next, ["", "a red circle", 'quotes " and \\ and \u72d0 \u{1f98a}\n2nd line']),
    strength: pick(next, [1, 0, 2, next() * 2]),
    feather: pick(next, [0, 0, next() / 2]),
    start: pick(next, [0, start]),
    end: pick(next, [1, between(next, start + 0.01, 1)]),
    colour: pick(next, ["#e64b3c", "#123456", "#3c82dc"]),
    visible: next() < 0.8,
    locked: next() < 0.2,
    shapes: Array.from({ length: whole(next, 0, 5) }, () => randomShape(next)),
  };
}

export function randomDocument(next) {
  return {
    schema: 1,
    base_prompt: pick(next, ["", "a harbour at dusk"]),
    background_prompt: pick(next, ["", "fog"]),
    regions: Array.from({ length: whole(next, 0, 6) }, (_, index) => randomRegion(next, index + 1)),
  };
}

/** A pen's way over the canvas: count points, each a short step from the one before. */
export function scribble(next, count) {
  let [x, y, heading] = [0.5, 0.5, 0];
  return Array.from({ length: count }, () => {
    heading += between(next, -0.5, 0.5);
    x = Math.min(Math.max(x + Math.cos(heading) * 0.004, 0), 1);
    y = Math.min(Math.max(y + Math.sin(heading) * 0.004, 0), 1);
    return [x, y, between(next, 0.6, 0.65)];
  });
}
