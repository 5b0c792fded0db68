/**
 * Puts text on the clipboard, and says honestly whether it is there.
 *
 * A page served over plain http on another address than loopback has no Clipboard API, and that
 * is how a Flask server is often reached: there the older copy command does it.
 */

export async function copyText(text: string): Promise<boolean> {
  // Typed as always there, but missing on insecure pages.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Refused (no permission, page not focused): the older way may still be open.
    }
  }
  return copyByCommand(text);
}

/**
 * Copy a text that is still to come. Safari allows that only to who promises it at once,
 * while the button is being pressed.
 */
export async function copyComing(text: Promise<string>): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined && "ClipboardItem" in globalThis) {
    try {
      const blob = text.then((found) => new Blob([found], { type: "text/plain" }));
      await clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return true;
    } catch {
      // Refused, or no text came: the other way tells which.
    }
  }
  return copyText(await text);
}

function copyByCommand(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "sr-only";
  // What is not wrapped is copied without the blanks its lines begin with.
  field.style.whiteSpace = "pre";
  document.body.append(field);
  field.select();
  const done = runCopy();
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}

function runCopy(): boolean {
  try {
    // Deprecated in words only: on insecure pages nothing else exists.
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
