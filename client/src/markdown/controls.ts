/**
 * What the buttons in rendered text do: copy code or a table, wrap lines, go to a footnote.
 *
 * One listener per text, not one per button, so buttons made while text streams work at once.
 */

import { listenToPictures } from "./pictures";
import { type Session, toggleWrapping } from "./wrapping";

export interface ControlOptions {
  /** Puts text on the clipboard, and says what it is; false when that failed. */
  readonly copy: (text: string, what: "Code" | "Table") => Promise<boolean>;
  /** Hosts whose pictures may be shown in their place, once somebody asks for one. */
  readonly imageHosts: () => readonly string[];
  /** The table in some form; null when that cannot be had. */
  readonly tableText: (table: HTMLElement, form: string) => string | null;
  /** What is remembered until the tab is closed. */
  readonly session: Session;
}

const COPIED_FOR = 2000;

export function listenToControls(target: HTMLElement, options: ControlOptions): void {
  listenToPictures(target, options.imageHosts);
  target.addEventListener("click", (event) => {
    const pressed =
      event.target instanceof Element ? event.target.closest("button[data-action]") : null;
    if (!(pressed instanceof HTMLButtonElement) || !target.contains(pressed)) return;
    if (pressed.dataset["action"] === "copy") void copyCode(pressed, options);
    if (pressed.dataset["action"] === "copy-table") void copyTable(pressed, options);
    if (pressed.dataset["action"] === "wrap") toggleWrapping(options.session);
    if (pressed.dataset["action"] === "note") goToNote(pressed, target);
  });
}

async function copyCode(button: HTMLButtonElement, options: ControlOptions): Promise<void> {
  const code = button.closest(".code")?.querySelector("pre")?.textContent ?? "";
  const copied = await options.copy(code, "Code");
  say(button, copied ? "Copied" : "Not copied");
  setTimeout(() => {
    say(button, null);
  }, COPIED_FOR);
}

function say(button: HTMLButtonElement, words: string | null): void {
  const word = button.querySelector(".code-copy-word");
  if (word !== null) word.textContent = words ?? "Copy";
  button.setAttribute("aria-label", words ?? "Copy code");
  button.dataset["state"] = words === null ? "" : words === "Copied" ? "copied" : "failed";
}

async function copyTable(button: HTMLButtonElement, options: ControlOptions): Promise<void> {
  const table = button.closest<HTMLElement>(".table");
  const text = table && options.tableText(table, button.dataset["form"] ?? "");
  const copied = text !== null && (await options.copy(text, "Table"));
  button.dataset["state"] = copied ? "copied" : "failed";
  setTimeout(() => delete button.dataset["state"], COPIED_FOR);
}

/** To the footnote, which takes the focus: whoever reads on by keyboard or by ear reads on there. */
function goToNote(button: HTMLButtonElement, target: HTMLElement): void {
  const number = Number(button.textContent);
  const note = target.querySelector(`.notes > ol > li:nth-child(${String(number)})`);
  if (!(note instanceof HTMLElement)) return;
  note.tabIndex = -1;
  note.focus();
}
