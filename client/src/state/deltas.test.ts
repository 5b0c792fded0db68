/** The browser grows messages exactly as the server does: the shared cases, replayed. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Message, NormalDelta } from "../wire/protocol.gen";
import { apply, compose, settle, textLength } from "./deltas";

interface Case {
  promise: string;
  start: Message;
  deltas: NormalDelta[];
  streaming: Message;
  settled: Message;
  finish_reason: string | null;
  usage?: Record<string, unknown>;
  length: number;
}

const folder = new URL("../../../tests/conformance/cases/deltas/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const cases = names.map((name) => read<Case>(new URL(name, folder)));

function read<T>(url: URL): T {
  return JSON.parse(readFileSync(url, "utf8")) as T;
}

/** Changing anything that was handed over would throw. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

describe.each(cases)("$promise", (given) => {
  const { start, deltas, streaming, settled, finish_reason, usage, length } = frozen(given);
  const beside = { ...(finish_reason !== null && { finish_reason }), ...(usage && { usage }) };

  it("delta by delta", () => {
    expect(deltas.reduce(apply, start)).toStrictEqual(streaming);
  });

  it("composed from either end", () => {
    const left = deltas.reduce(compose, {});
    const right = deltas.reduceRight((later, delta) => compose(delta, later), {});
    expect(left).toStrictEqual(right);
    expect(apply(start, left)).toStrictEqual(streaming);
  });

  it("settled", () => {
    expect(settle(streaming, "m1")).toStrictEqual([settled, beside]);
    expect(settle(settled, "m1")[0]).toStrictEqual(settled);
    expect([textLength(streaming), textLength(settled)]).toStrictEqual([length, length]);
  });
});

describe("fields with the names of JavaScript's own", () => {
  it("pollute nothing", () => {
    const delta = JSON.parse('{"set": {"__proto__": {"polluted": true}}}') as NormalDelta;
    const grown = apply({}, compose({}, delta));
    expect(Object.keys(grown)).toStrictEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
    expect("polluted" in grown).toBe(false);
  });
});
