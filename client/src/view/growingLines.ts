/** The lines of a text that grows at its end. Each character is looked at once, however long the text is. */
export class GrowingLines {
  readonly all: string[] = [""];

  push(piece: string): void {
    let from = 0;
    for (let to = piece.indexOf("\n"); to >= 0; to = piece.indexOf("\n", from)) {
      this.#lengthen(piece.slice(from, to));
      this.all.push("");
      from = to + 1;
    }
    this.#lengthen(piece.slice(from));
  }

  #lengthen(words: string): void {
    this.all[this.all.length - 1] += words;
  }
}
