/** `code` between backticks. */

export interface CodeAt {
  /** The code, or null if these backticks are never closed. */
  readonly text: string | null;
  readonly end: number;
}

const RUN = /`+/g;

/** Where a text's runs of backticks are, found once: looking for each closer anew would be quadratic. */
export class Ticks {
  /** By length, the last of the text first. */
  #runs: Map<number, number[]> | null = null;

  constructor(readonly text: string) {}

  codeAt(start: number): CodeAt {
    let open = start;
    while (this.text[open] === "`") open++;
    const length = open - start;
    const close = this.#closerAfter(open, length);
    if (close === undefined) return { text: null, end: open };
    return { text: trimmed(this.text.slice(open, close)), end: close + length };
  }

  #closerAfter(from: number, length: number): number | undefined {
    this.#runs ??= this.#find();
    const places = this.#runs.get(length);
    while ((places?.at(-1) ?? from) < from) places?.pop();
    return places?.at(-1);
  }

  #find(): Map<number, number[]> {
    const runs = new Map<number, number[]>();
    for (const run of this.text.matchAll(RUN)) {
      const places = runs.get(run[0].length);
      if (places === undefined) runs.set(run[0].length, [run.index]);
      else places.push(run.index);
    }
    for (const places of runs.values()) places.reverse();
    return runs;
  }
}

/** Line ends are blanks, and one blank at either end is only there to keep backticks apart. */
function trimmed(code: string): string {
  const line = code.replaceAll("\n", " ");
  const padded = line.startsWith(" ") && line.endsWith(" ") && /[^ ]/.test(line);
  return padded ? line.slice(1, -1) : line;
}
