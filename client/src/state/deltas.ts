/**
 * How messages grow: `apply`, `compose`, and `settle` at the end.
 *
 * The same rule as the server's `deltas.py` and `changes.py`, which say what a path and
 * a slot are; tests/conformance/cases/deltas is replayed in both languages. Nothing here
 * changes what it is given: a message that grew is a new object that shares the rest.
 */
import type { Change, Message, Node, NormalDelta } from "../wire/protocol.gen";

type Fields = Record<string, unknown>;

const CONTAINERS: ReadonlySet<string> = new Set(["audio", "logprobs", "function", "custom"]);
const LEGACY = "function_call";

/** The message, grown by the delta. */
export function apply(message: Message, delta: NormalDelta): Message {
  const grown = grow(message, delta);
  const slots = Object.entries(delta.calls ?? {});
  const calls = slots.filter(([slot]) => slot !== LEGACY);
  if (calls.length > 0) grown["tool_calls"] = growCalls(grown["tool_calls"], calls);
  for (const [slot, change] of slots)
    if (slot === LEGACY) grown[LEGACY] = grow(fieldsOr(read(grown, LEGACY)), change);
  return grown;
}

/** The one delta that does what both do, one after the other. */
export function compose(first: NormalDelta, second: NormalDelta): NormalDelta {
  const both: NormalDelta = join(first, second);
  const calls = { ...first.calls };
  for (const [slot, change] of Object.entries(second.calls ?? {}))
    calls[slot] = join(calls[slot] ?? {}, change);
  if (Object.keys(calls).length > 0) both.calls = calls;
  return both;
}

/** What was told with a message and is no part of it: it is kept in the message's node. */
export type Beside = Pick<Node, "finish_reason" | "usage">;

/** The message as it is kept once it is complete, and what was told beside it. */
export function settle(message: Message, messageId: string): [Message, Beside] {
  const { finish_reason: reason, usage, ...settled } = message;
  const calls = settled["tool_calls"];
  if (Array.isArray(calls)) settled["tool_calls"] = inOrder(calls.filter(isFields), messageId);
  const beside: Beside = {};
  if (typeof reason === "string") beside.finish_reason = reason;
  if (isFields(usage)) beside.usage = usage;
  return [settled, beside];
}

/** The length of all that streams in a message, in UTF-16 units, to verify by. */
export function textLength(message: Message): number {
  const calls = message["tool_calls"];
  const functions = Array.isArray(calls) ? calls.map((call) => field(call, "function")) : [];
  return [...functions, message[LEGACY]].reduce<number>(
    (total, called) => total + lengthOf(field(called, "arguments")),
    lengthOf(message["content"]),
  );
}

// ------------------------------------------------------------------ one change

function grow(target: Fields, change: Change): Fields {
  const grown = { ...target };
  const fresh = new Set<string>();
  const at = (path: string): [Fields, string] => place(grown, path, fresh);
  for (const [path, text] of Object.entries(change.append ?? {})) {
    const [holder, key] = at(path);
    write(holder, key, longer(read(holder, key), text));
  }
  for (const [path, items] of Object.entries(change.extend ?? {})) {
    const [holder, key] = at(path);
    write(holder, key, extended(read(holder, key), items));
  }
  for (const [path, value] of Object.entries(change.set ?? {})) {
    const [holder, key] = at(path);
    write(holder, key, value);
  }
  return grown;
}

/** The object a path leads to, and the key there. A container is copied once, then written. */
function place(target: Fields, path: string, fresh: Set<string>): [Fields, string] {
  if (path.startsWith("=")) return [target, path.slice(1)];
  const dot = path.indexOf(".");
  const container = path.slice(0, Math.max(dot, 0));
  if (!CONTAINERS.has(container)) return [target, path];
  const held = fieldsOr(read(target, container));
  const holder = fresh.has(container) ? held : { ...held };
  fresh.add(container);
  target[container] = holder;
  return [holder, path.slice(dot + 1)];
}

function join(first: Change, second: Change): Change {
  const texts = { ...first.append };
  const lists = { ...first.extend };
  const values = { ...first.set };
  const put = (path: string, value: unknown): void => {
    delete texts[path];
    delete lists[path];
    write(values, path, value);
  };
  for (const [path, text] of Object.entries(second.append ?? {}))
    if (Object.hasOwn(values, path)) write(values, path, longer(read(values, path), text));
    else if (Object.hasOwn(lists, path)) put(path, text);
    else write(texts, path, longer(read(texts, path), text));
  for (const [path, items] of Object.entries(second.extend ?? {}))
    if (Object.hasOwn(values, path)) write(values, path, extended(read(values, path), items));
    else if (Object.hasOwn(texts, path)) put(path, items);
    else write(lists, path, extended(read(lists, path), items));
  for (const [path, value] of Object.entries(second.set ?? {})) put(path, value);
  return {
    ...(Object.keys(texts).length > 0 && { append: texts }),
    ...(Object.keys(lists).length > 0 && { extend: lists }),
    ...(Object.keys(values).length > 0 && { set: values }),
  };
}

function longer(value: unknown, text: string): string {
  return typeof value === "string" ? value + text : text;
}

function extended(value: unknown, items: unknown[]): unknown[] {
  return Array.isArray(value) ? [...(value as unknown[]), ...items] : items;
}

// ----------------------------------------------------------------- calls by slot

function growCalls(value: unknown, changes: [string, Change][]): Fields[] {
  const given = Array.isArray(value) ? value.filter(isFields) : [];
  // Calls of a message that was given whole have no slots yet: their places are.
  const calls = given.map((call, at): Fields => ("slot" in call ? call : { ...call, slot: at }));
  for (const [slot, change] of changes) {
    const at = findOrInsert(calls, Number(slot));
    calls[at] = grow(calls[at] ?? {}, change);
  }
  return calls;
}

function findOrInsert(calls: Fields[], slot: number): number {
  const found = calls.findIndex((call) => call["slot"] === slot);
  if (found >= 0) return found;
  const later = calls.findIndex((call) => Number(call["slot"]) > slot);
  const at = later >= 0 ? later : calls.length;
  calls.splice(at, 0, { slot });
  return at;
}

function inOrder(calls: Fields[], messageId: string): Fields[] {
  return calls
    .map((call, at) => {
      const slot = integerOr(call["slot"], at);
      return { call, slot, index: integerOr(call["index"], slot) };
    })
    .sort((a, b) => a.index - b.index || a.slot - b.slot)
    .map(({ call, slot }) => settledCall(call, `call_${messageId}_${slot}`));
}

function settledCall(call: Fields, madeId: string): Fields {
  const { slot: _slot, index: _index, ...settled } = call;
  if (!settled["id"]) settled["id"] = madeId;
  if (!settled["type"])
    settled["type"] = "custom" in call && !("function" in call) ? "custom" : "function";
  return settled;
}

// ------------------------------------------------------------ values of any kind

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOr(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function field(value: unknown, key: string): unknown {
  return isFields(value) ? read(value, key) : undefined;
}

function integerOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isInteger(value) ? value : otherwise;
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}

/** A model may name a field `constructor`: only what is the object's own counts. */
function read(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** A model may name a field `__proto__`: that must become a field, not a prototype. */
function write(fields: Fields, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(fields, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  else fields[key] = value;
}
