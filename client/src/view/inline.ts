/** Attachments that let a component's element be filled or watched by the markdown workshop. */
import type { Attachment } from "svelte/attachments";
import { renderInline, watchOverflow } from "../markdown";

/** One line of configured Markdown, without anything to press. */
export function inline(text: string): Attachment<HTMLElement> {
  return (element) => {
    renderInline(element, text);
  };
}

/** A box that may scroll: reachable by keyboard while it does. */
export function scroller(label: string): Attachment<HTMLElement> {
  return (element) => watchOverflow(element, label);
}
