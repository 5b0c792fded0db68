/**
 * `&amp;`, `&#38;`, `&#x26;`.
 *
 * HTML has two thousand names, which together weigh as much as the rest of the engine. Those that
 * people write are here; the others come when one of them is met for the first time, and what was
 * read without them is read again.
 */
import type { Found } from "./targets";

const ENTITY = /&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});/y;
const COMMON = new Map(
  (
    "amp& lt< gt> quot\" apos' nbsp\u00A0 copy© reg® trade™ hellip… mdash— ndash– lsquo‘ rsquo’ ldquo“ rdquo” " +
    "bull• middot· times× divide÷ plusmn± minus− deg° euro€ pound£ yen¥ cent¢ sect§ para¶ laquo« raquo» " +
    "larr← uarr↑ rarr→ darr↓ harr↔ rArr⇒ le≤ ge≥ ne≠ asymp≈ infin∞ sum∑ radic√ frac12½ frac14¼ frac34¾ " +
    "sup1¹ sup2² sup3³ micro\u00B5 alphaα betaβ gammaγ deltaδ epsilonε thetaθ lambdaλ muμ piπ sigmaσ omegaω " +
    "auml\u00E4 ouml\u00F6 uuml\u00FC szlig\u00DF eacute\u00E9 egrave\u00E8 agrave\u00E0 ccedil\u00E7 ntilde\u00F1"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, -1), entry.slice(-1)]),
);

/** What waits for the other names. */
interface Reader {
  startOver(): void;
}

let others: ((entity: string) => string) | null = null;
let loading: Promise<void> | null = null;
let missed = false;
const waiting = new Set<Reader>();

export function entityAt(text: string, start: number): Found | null {
  ENTITY.lastIndex = start;
  const entity = ENTITY.exec(text)?.[0];
  if (entity === undefined) return null;
  const decoded = entity[1] === "#" ? numbered(entity.slice(2, -1)) : named(entity);
  return decoded === null ? null : { text: decoded, end: start + entity.length };
}

/** Has a name been met, since this was last asked, that is not known yet? Then `reader` is told of it. */
export function awaitNames(reader: Reader): void {
  if (!missed) return;
  missed = false;
  waiting.add(reader);
  void loadNames();
}

/** Fetch the names that are not common. What waits for them is read again. */
export function loadNames(): Promise<void> {
  loading ??= import("entities/decode").then(
    ({ decodeHTMLStrict }) => {
      others = decodeHTMLStrict;
      for (const reader of waiting) reader.startOver();
      waiting.clear();
    },
    () => {
      loading = null;
    },
  );
  return loading;
}

function numbered(digits: string): string {
  const code = /^x/i.test(digits) ? parseInt(digits.slice(1), 16) : parseInt(digits, 10);
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : "\uFFFD";
}

function named(entity: string): string | null {
  const common = COMMON.get(entity.slice(1, -1));
  if (common !== undefined) return common;
  missed ||= others === null;
  const decoded = others?.(entity) ?? entity;
  return decoded === entity ? null : decoded;
}
