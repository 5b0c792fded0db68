/**
 * When waiting text is drawn: at most once per frame, and twice a second in a hidden tab,
 * where frames do not come at all.
 */

const WHEN_HIDDEN = 500;

/** Ask for one drawing; the answer takes the request back. */
export function atNextFrame(draw: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(draw, WHEN_HIDDEN);
    return () => {
      clearTimeout(timer);
    };
  }
  const frame = requestAnimationFrame(draw);
  // A tab hidden before its frame would hold the text back until it is seen again.
  const timer = setTimeout(draw, WHEN_HIDDEN);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
