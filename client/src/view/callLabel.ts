/**
 * What a call is called in its one line, and several calls in theirs. Pure.
 *
 * The state of a call is known by state/calls.ts; how these words look is the components' business.
 */
import { type CallState, type CallView, isRecord, parsed } from "../state/calls";
import type { FunctionDisplay } from "../wire/protocol.gen";

export interface Label {
  readonly text: string;
  /** Configured, and written in Markdown. */
  readonly markdown: boolean;
}

const SAID: Readonly<Record<CallState, (name: string) => string>> = {
  preparing: (name) => `Preparing ${name}`,
  running: (name) => `Calling ${name}`,
  done: (name) => `Called ${name}`,
  failed: (name) => `${name} failed`,
  stopped: (name) => `${name} stopped`,
  unanswered: (name) => `${name} — no result`,
};

export function labelOf(call: CallView, display: FunctionDisplay | undefined): Label {
  const configured = configuredFor(call.state, display);
  if (configured === null)
    return { text: SAID[call.state](call.name || "a function"), markdown: false };
  return { text: fill(configured, parsed(call.input)), markdown: true };
}

function configuredFor(state: CallState, display: FunctionDisplay | undefined): string | null {
  if (display === undefined) return null;
  const { running, done, error } = display.header;
  if (state === "preparing" || state === "running") return running;
  if (state === "done") return done;
  if (state === "failed") return error;
  // One text for all states names the call, so it also stands where no result came.
  return running === done && done === error ? done : null;
}

/** `{city}` becomes the argument's value, with whatever Markdown it holds made harmless. */
export function fill(header: string, input: unknown): string {
  return header.replace(/\{([\p{L}_][\p{L}\p{N}_.-]*)\}/gu, (whole, name: string) => {
    if (!isRecord(input)) return "…";
    if (!Object.hasOwn(input, name)) return escaped(whole);
    const value = input[name];
    return escaped(clip(typeof value === "string" ? value : JSON.stringify(value)));
  });
}

const LONGEST_VALUE = 200;

function clip(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[!-/:-@[-`{-~]/g, "\\$&");
}

export function groupLabel(calls: readonly CallView[]): string {
  const count = calls.length;
  const open = calls.filter(
    (call) => call.state === "running" || call.state === "preparing",
  ).length;
  if (open > 0)
    return `Calling ${String(count)} tools · ${String(count - open)} of ${String(count)} done`;
  return `Called ${String(count)} tools`;
}

/** Calls of one message run side by side: the group took as long as the slowest. */
export function groupSeconds(calls: readonly CallView[]): number | null {
  const known = calls.flatMap((call) => (call.seconds === null ? [] : [call.seconds]));
  return known.length === 0 ? null : Math.max(...known);
}
