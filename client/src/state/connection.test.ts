/** Promise: a person hears of the connection when it matters, and only then. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConnectionState, type Status } from "./connection.svelte";

let connection: ConnectionState;
const become = (status: Status): void => connection.take({ status, nextAttempt: null });

beforeEach(() => {
  vi.useFakeTimers();
  connection = new ConnectionState();
});
afterEach(() => vi.useRealTimers());

test("a quick first connection shows nothing at all", () => {
  vi.advanceTimersByTime(250);
  become("online");
  vi.advanceTimersByTime(10_000);
  expect(connection).toMatchObject({ notice: "none", isShown: false, shown: "online" });
});

test("a slow first connection shows a dot", () => {
  vi.advanceTimersByTime(350);
  expect(connection.isShown).toBe(true);
});

describe("a connection that is lost", () => {
  beforeEach(() => {
    become("online");
    become("reconnecting");
  });

  test("for less than two seconds is not worth a sentence", () => {
    vi.advanceTimersByTime(1_900);
    become("online");
    vi.advanceTimersByTime(10_000);
    expect(connection.notice).toBe("none");
  });

  test("for longer is told, and its return too, for two seconds", () => {
    vi.advanceTimersByTime(2_000);
    expect(connection).toMatchObject({ notice: "lost", isShown: true, shown: "offline" });
    become("online");
    expect(connection.notice).toBe("back");
    vi.advanceTimersByTime(2_000);
    expect(connection.notice).toBe("none");
  });

  test("is told all the same when the network goes on top of it", () => {
    vi.advanceTimersByTime(1_000);
    become("offline");
    vi.advanceTimersByTime(1_000);
    expect(connection.notice).toBe("lost");
  });
});

test("a server of another version is told at once, and stays told", () => {
  become("version");
  vi.advanceTimersByTime(60_000);
  expect(connection.notice).toBe("version");
});

test("whoever is signed out is told at once, until they are back", () => {
  become("online");
  become("signed-out");
  expect(connection).toMatchObject({ notice: "signed-out", shown: "offline" });
  become("online");
  expect(connection).toMatchObject({ notice: "none", shown: "online" });
});
