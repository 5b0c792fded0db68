/**
 * How long to wait before trying again: doubling, bounded, and jittered, so that a
 * thousand pages do not come back to a restarted server in the same instant.
 */
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(Math.max(FIRST_MS, full * (0.5 + random() / 2)));
}
