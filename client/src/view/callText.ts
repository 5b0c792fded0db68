/**
 * What a call says: its header, its arguments, and what kind of thing its result is. Pure.
 *
 * The state of a call is known by state/calls.ts; how these words look is the components' business.
 */
import { type CallState, type CallView, isRecord, parsed } from "../state/calls";
import type { FunctionDisplay } from "../wire/protocol.gen";
import { parsedSoFar } from "./cutJson";

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

export interface Input {
  /** Nothing was given. */
  readonly empty: boolean;
  readonly json: string;
  /** The one argument that is to be read as code. */
  readonly code: string | null;
  readonly language: string;
}

export function inputOf(input: string, display: FunctionDisplay | undefined): Input {
  const value = parsed(input);
  const shown = display?.arguments.show_key_as_code ?? null;
  const soFar = shown === null ? undefined : (value ?? parsedSoFar(input));
  const code = shown !== null && isRecord(soFar) ? soFar[shown.key] : undefined;
  return {
    empty: input.trim() === "" || (isRecord(value) && Object.keys(value).length === 0),
    json: value === undefined ? input : JSON.stringify(value, null, 2),
    code: typeof code === "string" ? code : null,
    language: shown?.language ?? "",
  };
}

export type Cell = string | number | boolean | null;

export type Output =
  | { readonly kind: "empty" | "markdown" | "html" | "figure" | "text" }
  | {
      readonly kind: "code";
      readonly text: string;
      readonly language: string;
      readonly notice: string | null;
    }
  | {
      readonly kind: "table";
      readonly columns: readonly string[];
      readonly rows: readonly Record<string, Cell>[];
    };

/** Longer results are shown as they are; reading them as JSON would hold up the page. */
const LONGEST_JSON = 500_000;

export function outputOf(result: string, type: string | null): Output {
  if (result.trim() === "") return { kind: "empty" };
  const kind = type?.toLowerCase() ?? null;
  if (kind === "text" || kind === "markdown" || kind === "html") return { kind };
  const value = result.length <= LONGEST_JSON ? parsed(result) : undefined;
  if (kind === null || kind === "table") {
    const table = tableOf(value);
    if (table !== null) return table;
  }
  if (kind === "plotly") {
    // A long one is read by the frame that draws it.
    const drawable = result.length > LONGEST_JSON || (isRecord(value) && Array.isArray(value["data"]));
    return drawable ? { kind: "figure" } : code(result, value, "This is not a Plotly figure.");
  }
  if (kind !== null && kind !== "json" && kind !== "table") {
    return { kind: "code", text: result, language: kind, notice: null };
  }
  return typeof value === "object" && value !== null ? code(result, value, null) : { kind: "text" };
}

/** A figure that the frame could not draw. */
export function asData(result: string): Output {
  const value = result.length <= LONGEST_JSON ? parsed(result) : undefined;
  return code(result, value, "This figure could not be drawn. Here is its data.");
}

function code(result: string, value: unknown, notice: string | null): Output {
  const text = value === undefined ? result : JSON.stringify(value, null, 2);
  return { kind: "code", text, language: "json", notice };
}

function tableOf(value: unknown): Output | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFlat)) return null;
  const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
  return columns.length === 0 ? null : { kind: "table", columns, rows: value };
}

function isFlat(row: unknown): row is Record<string, Cell> {
  return (
    isRecord(row) && Object.values(row).every((cell) => typeof cell !== "object" || cell === null)
  );
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
