/**
 * What a call says when it is unfolded: its arguments, and what kind of thing its result is. Pure.
 *
 * Its one line is callLabel.ts; how these words look is the components' business.
 */
import { isRecord, parsed } from "../state/calls";
import type { FunctionDisplay } from "../wire/protocol.gen";
import { parsedSoFar } from "./cutJson";

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
