/** Where a block of raw HTML begins and ends, by the seven rules of the specification. */

const NAMES =
  "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|" +
  "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|" +
  "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul";
const ATTRIBUTE =
  "(?:[ \\t\\n]+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:[ \\t\\n]*=[ \\t\\n]*(?:[^\"'=<>`\\x00-\\x20]+|'[^']*'|\"[^\"]*\"))?)";

export const OPEN_TAG = `<[A-Za-z][A-Za-z0-9-]*${ATTRIBUTE}*[ \\t\\n]*/?>`;
export const CLOSE_TAG = "</[A-Za-z][A-Za-z0-9-]*[ \\t\\n]*>";

/** The last of the seven, which alone cannot interrupt a paragraph. */
const ANY_TAG = 7;

const OPENERS: readonly RegExp[] = [
  /^<(?:script|pre|textarea|style)(?:[ \t]|>|$)/i,
  /^<!--/,
  /^<\?/,
  /^<![A-Za-z]/,
  /^<!\[CDATA\[/,
  new RegExp(`^</?(?:${NAMES})(?:[ \\t]|/?>|$)`, "i"),
  new RegExp(`^(?:${OPEN_TAG}|${CLOSE_TAG})[ \\t]*$`),
];

const CLOSERS: readonly RegExp[] = [/<\/(?:script|pre|textarea|style)>/i, /-->/, /\?>/, />/, /\]\]>/];

/** Which of the seven kinds begins with this text, if any may here. */
export function htmlOpenedBy(text: string, inParagraph: boolean): number | null {
  const type = OPENERS.findIndex((opener) => opener.test(text)) + 1;
  return type === 0 || (type === ANY_TAG && inParagraph) ? null : type;
}

export function htmlClosedBy(type: number, text: string): boolean {
  return CLOSERS[type - 1]?.test(text) ?? false;
}

/** The last two kinds end with a blank line, the others with their closer. */
export function endsWithBlank(type: number): boolean {
  return type >= 6;
}
