/**
 * What a JSON text says that has not come whole, as arguments do not while they stream.
 *
 * A string counts as far as it has come; what else was begun counts once it is there.
 */
import { parsed } from "../state/calls";

const HALF_ESCAPE = /(?<=(?:^|[^\\])(?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$/;

export function parsedSoFar(text: string): unknown {
  let closing = "";
  let inString = false;
  let before: { readonly text: string; readonly closing: string } | null = null;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (inString) {
      if (mark === "\\") at++;
      else if (mark === '"') inString = false;
    } else if (mark === '"') inString = true;
    else if (mark === "{") closing = `}${closing}`;
    else if (mark === "[") closing = `]${closing}`;
    else if (mark === "}" || mark === "]") closing = closing.slice(1);
    else if (mark === ",") before = { text: text.slice(0, at), closing };
  }
  const ended = inString ? `${text.replace(HALF_ESCAPE, "")}"` : text;
  // The last thing may be a key without its value, or half a word: then it is left out.
  return parsed(ended + closing) ?? (before === null ? undefined : parsed(before.text + before.closing));
}
