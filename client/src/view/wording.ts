/** How durations and sizes are said. Pure. */

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${String(Math.round(seconds * 10) / 10)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)}s`;
  return `${String(Math.floor(whole / 60))}m ${String(whole % 60)}s`;
}

/** Under a tenth of a second is not worth a word. */
export function took(seconds: number | null): string {
  return seconds === null || seconds < 0.1 ? "" : duration(seconds);
}

export function thoughtFor(seconds: number | null): string {
  if (seconds === null) return "Thought";
  return seconds < 2
    ? "Thought for a couple of seconds"
    : `Thought for ${duration(Math.round(seconds))}`;
}

export function size(characters: number): string {
  return characters < 1_000_000
    ? `${String(Math.max(1, Math.round(characters / 1000)))} kB`
    : `${(characters / 1_000_000).toFixed(1)} MB`;
}
