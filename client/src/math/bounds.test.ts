import { describe, expect, it } from "vitest";
import { LONGEST, expansionsOf } from "./bounds";

describe("a formula may make", () => {
  it("as much work as it is long, and no more than that", () => {
    expect(expansionsOf("\\frac{a}{b}")).toBe(1_000);
    expect(expansionsOf("x".repeat(LONGEST))).toBe(1_000);
    expect(expansionsOf("x".repeat(LONGEST + 1))).toBeNull();
  });

  it.each([
    "\\def\\a{x}",
    "\\gdef\\a{x}",
    "\\edef\\a{x}",
    "\\xdef\\a{x}",
    "\\let\\a x",
    "\\futurelet\\a x",
    "\\newcommand{\\a}{x}",
    "\\renewcommand{\\a}{x}",
    "\\providecommand{\\a}{x}",
  ])("less the longer it is if it defines macros: %s", (definition) => {
    expect(expansionsOf(definition)).toBeGreaterThan(900);
    expect(expansionsOf(definition + "\\a".repeat(500))).toBeLessThan(20);
  });

  it("all of it with words that only begin like a definition", () => {
    expect(expansionsOf(`\\left( \\default ${" ".repeat(2_000)}`)).toBe(1_000);
  });
});
