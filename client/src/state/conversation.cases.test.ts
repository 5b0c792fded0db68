/** What each event does to a conversation: the server's own cases, replayed by the page. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Event, Node, RunInfo, Snapshot } from "../wire/protocol.gen";
import { change, fromSnapshot, path } from "./conversation";

interface Case {
  promise: string;
  given: Pick<Snapshot, "nodes" | "leaf" | "runs">;
  events: Event[];
  then: { nodes: Node[]; leaf: string | null; path: string[]; runs: RunInfo[] };
}

const folder = new URL("../../../tests/conformance/cases/events/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const cases = names.map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Case);

describe.each(cases)("$promise", ({ given, events, then }) => {
  it("holds in the page", () => {
    const state = fromSnapshot({ conversation: "c", epoch: "e", seq: 0, ...given });
    for (const event of events) change(state, event);
    expect({
      nodes: [...state.nodes.values()],
      leaf: state.leaf,
      path: path(state).map((node) => node.id),
      runs: [...state.runs.values()],
    }).toStrictEqual(then);
  });
});
