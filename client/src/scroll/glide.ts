/**
 * A short glide of the scroll position, for pointers that are fine and people who
 * want motion; at once for everybody else (a finger's momentum replays it otherwise).
 */
const GLIDE_MS = 250;

export function glide(from: number, to: number, write: (top: number) => void): () => void {
  const still = !matchMedia("(pointer: fine) and (prefers-reduced-motion: no-preference)").matches;
  if (still || Math.abs(to - from) < 2 || document.hidden) {
    write(to);
    return () => undefined;
  }
  const begin = performance.now();
  let frame = requestAnimationFrame(function step(now: number) {
    const part = Math.min(1, Math.max(0, (now - begin) / GLIDE_MS));
    write(from + (to - from) * (1 - (1 - part) ** 3));
    if (part < 1) frame = requestAnimationFrame(step);
  });
  return () => cancelAnimationFrame(frame);
}
