/**
 * Whether the view follows a growing answer. Pure.
 *
 * It does so only when asked, and stops at the first sign that the person is reading.
 */
import { AT_END } from "./geometry";

/**
 * settling: a chat was opened at its end, and late pictures may still move that end.
 * anchored: nothing moves unless the person moves it.
 * following: the end is kept in view.
 */
export type Mode = "settling" | "anchored" | "following";

/** Our own writes come back as scroll events, rounded. */
const OWN_WRITE_WITHIN = 2;

export interface Scrolled {
  top: number;
  before: number;
  /** The scrollTop this page wrote last. */
  written: number;
  end: number;
}

/** Whether it is this page that has moved the view. */
export const isOwn = (top: number, written: number): boolean =>
  Math.abs(top - written) <= OWN_WRITE_WITHIN;

export function afterScroll(mode: Mode, { top, before, written, end }: Scrolled): Mode {
  if (isOwn(top, written)) return mode;
  if (top < before) return "anchored";
  return top > before && top >= end - AT_END ? "following" : mode;
}

const KEYS_UP = new Set(["PageUp", "ArrowUp", "Home"]);

export const isUpwards = (key: string, shift: boolean): boolean =>
  KEYS_UP.has(key) || (key === " " && shift);
