/**
 * When waiting text is drawn: all texts together, once per frame; and twice a second in a hidden
 * tab, where frames do not come at all.
 */

const WHEN_HIDDEN = 500;

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let frame: number | undefined;

/** Call this at the next frame, once however often it is asked for. */
export function atNextFrame(draw: () => void): void {
  waiting.add(draw);
  // A tab hidden before its frame would hold the text back until it is seen again.
  timer ??= setTimeout(drawAll, WHEN_HIDDEN);
  if (!document.hidden) frame ??= requestAnimationFrame(drawAll);
}

function drawAll(): void {
  clearTimeout(timer);
  if (frame !== undefined) cancelAnimationFrame(frame);
  timer = frame = undefined;
  const draws = [...waiting];
  waiting.clear();
  for (const draw of draws) draw();
}
