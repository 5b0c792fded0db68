/** Promise: a page comes back soon, and a thousand pages do not come back at once. */
import { expect, test } from "vitest";
import { backoff } from "./backoff";

test("the first attempt is made after half a second", () => {
  expect(backoff(0, () => 0.5)).toBe(500);
});

test("waiting doubles, and never exceeds fifteen seconds", () => {
  const waits = [1, 2, 3, 4, 5, 6, 50].map((attempt) => backoff(attempt, () => 1));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

test("two pages wait differently", () => {
  expect(backoff(5, () => 0.1)).not.toBe(backoff(5, () => 0.9));
});
