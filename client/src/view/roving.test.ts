/** Keys lead through a menu as through every other. */
import { describe, expect, it } from "vitest";
import { Roving } from "./roving";

const NAMES = ["gpt-4o", "gpt-4o-mini", "meta-llama/Llama-3.1-8B", "mistral", "o3"];

function typed(keys: string[], at = 0, pause = 100): number | undefined {
  const roving = new Roving();
  let place: number | undefined = at;
  keys.forEach((key, step) => (place = roving.to(key, NAMES, place ?? 0, step * pause)));
  return place;
}

describe("moving", () => {
  it("goes round at both ends", () => {
    expect(typed(["ArrowUp"])).toBe(4);
    expect(typed(["ArrowDown"], 4)).toBe(0);
    expect(typed(["ArrowDown", "ArrowDown"])).toBe(2);
  });

  it("jumps to either end", () => {
    expect(typed(["End"])).toBe(4);
    expect(typed(["Home"], 3)).toBe(0);
  });

  it("leaves other keys alone", () => {
    for (const key of ["Enter", " ", "Tab", "Escape", "Shift"]) expect(typed([key])).toBeUndefined();
  });
});

describe("typing", () => {
  it("goes to the next name that begins so", () => {
    expect(typed(["m"])).toBe(2);
    expect(typed(["o"])).toBe(4);
  });

  it("goes on with the word, whatever its case", () => {
    expect(typed([..."MIS"])).toBe(3);
  });

  it("goes through all names of one letter when it is typed again", () => {
    expect(typed(["g"])).toBe(1);
    expect(typed(["g", "g"])).toBe(0);
  });

  it("knows a name without its maker", () => {
    expect(typed([..."llama"])).toBe(2);
  });

  it("begins anew after a pause", () => {
    expect(typed([..."mo"], 0, 5_000)).toBe(4);
  });

  it("stays where nothing begins so", () => {
    expect(typed(["x"], 3)).toBe(3);
  });
});
