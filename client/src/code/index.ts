/**
 * The workshop that colours code. It imports nothing of ours and knows nothing of where the code is
 * from: it is given an element and its lines, as they come.
 */

export interface Highlighting {
  /**
   * The element's text now is these lines. The first `complete` of them will not change any more;
   * when that is all of them, the text has ended.
   */
  update(lines: readonly string[], complete: number): void;
  /** The element's text is about to become another one. */
  end(): void;
}

let workshop: Promise<typeof import("./highlighter")> | null = null;

/** Colour code in `element`, which must hold text as it is written, as it grows at its end. */
export function highlight(element: HTMLElement, language: string): Highlighting {
  let apply: Highlighting["update"] | null = null;
  let latest: Parameters<Highlighting["update"]> | null = null;
  let stop: (() => void) | null = null;
  let over = language === "";
  const start = async (): Promise<void> => {
    workshop ??= import("./highlighter");
    const { begin, update, end } = await workshop;
    const block = over ? null : begin(element, language);
    if (block === null) return;
    apply = (lines, complete) => update(block, lines, complete);
    stop = () => end(block);
    if (latest !== null) apply(...latest);
  };
  if (!over)
    start().catch(() => {
      // Without its colours the code is as readable; the next block tries again.
      workshop = null;
    });
  return {
    update(lines, complete) {
      latest = [lines, complete];
      apply?.(lines, complete);
    },
    end() {
      over = true;
      stop?.();
    },
  };
}
