/**
 * Every kind of shape there is. A new kind is a file beside these, which exports what shape.js calls a ShapeKind, and a
 * line here.
 */

export { ellipse } from "./ellipse.js";
export { polygon } from "./polygon.js";
export { rect } from "./rect.js";
export { stroke } from "./stroke.js";
