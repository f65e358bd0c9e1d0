/** Where a diagram is looked at from. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Viewport {
  viewbox(): { readonly inner: Box; readonly outer: { readonly width: number; readonly height: number } };
  viewbox(box: Box): void;
}

/** Below it texts can't be read. */
const READABLE = 0.7;
/** Pixels on the left that the tools cover. */
const TOOLS = 110;

/** Show all of it, beside the tools. */
export function fit(canvas: Viewport): void {
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !outer.height || !inner.width) return;
  const scale = Math.min(1, (outer.width - TOOLS - 20) / inner.width, (outer.height - 40) / (inner.height || 1));
  look(canvas, Math.max(scale, 0.1));
}

/** Show its beginning, large enough to be read. */
export function begin(canvas: Viewport): void {
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !outer.height || !inner.width) return;
  const whole = Math.min((outer.width - TOOLS - 20) / inner.width, (outer.height - 40) / (inner.height || 1));
  look(canvas, Math.min(1, Math.max(READABLE, whole)));
}

function look(canvas: Viewport, scale: number): void {
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: inner.x - TOOLS / scale, y: inner.y + (inner.height - height) / 2, width, height });
}
