/**
 * One line of text with a place in it, counted in columns: a tab reaches to the next multiple of four,
 * and may be used up in part, as CommonMark wants for what is indented inside a list or a quotation.
 */

export const CODE_INDENT = 4;

export class Line {
  readonly text: string;
  pos = 0;
  column = 0;
  /** Where the first character that is no blank stands, and how far from here. */
  next = 0;
  indent = 0;
  #nextColumn = 0;
  #inTab = false;

  constructor(text: string) {
    this.text = text;
    this.#look();
  }

  get blank(): boolean {
    return this.next >= this.text.length;
  }

  get indented(): boolean {
    return this.indent >= CODE_INDENT;
  }

  /** The text from the first character that is no blank. */
  get rest(): string {
    return this.text.slice(this.next);
  }

  charAt(at: number): string {
    return this.text.charAt(at);
  }

  skipBlanks(): void {
    this.pos = this.next;
    this.column = this.#nextColumn;
    this.#inTab = false;
    this.#look();
  }

  skip(characters: number): void {
    for (; characters > 0 && this.pos < this.text.length; characters--) {
      this.column += this.text[this.pos] === "\t" ? CODE_INDENT - (this.column % CODE_INDENT) : 1;
      this.pos++;
    }
    this.#inTab = false;
    this.#look();
  }

  skipColumns(columns: number): void {
    while (columns > 0 && this.pos < this.text.length) {
      const width = this.text[this.pos] === "\t" ? CODE_INDENT - (this.column % CODE_INDENT) : 1;
      this.#inTab = width > columns;
      this.column += Math.min(width, columns);
      columns -= Math.min(width, columns);
      if (!this.#inTab) this.pos++;
    }
    this.#look();
  }

  /** Is the next character a blank? If so, one column of it is used up. */
  skipBlank(): boolean {
    const char = this.text[this.pos];
    if (char !== " " && char !== "\t") return false;
    this.skipColumns(1);
    return true;
  }

  /** What is left of the line; a tab that was used up in part leaves its other columns. */
  remainder(): string {
    if (!this.#inTab) return this.text.slice(this.pos);
    const columns = CODE_INDENT - (this.column % CODE_INDENT);
    return " ".repeat(columns) + this.text.slice(this.pos + 1);
  }

  mark(): () => void {
    const { pos, column } = this;
    const inTab = this.#inTab;
    return () => {
      this.pos = pos;
      this.column = column;
      this.#inTab = inTab;
      this.#look();
    };
  }

  #look(): void {
    let { pos, column } = this;
    for (; pos < this.text.length; pos++) {
      const char = this.text[pos];
      if (char === " ") column++;
      else if (char === "\t") column += CODE_INDENT - (column % CODE_INDENT);
      else break;
    }
    this.next = pos;
    this.#nextColumn = column;
    this.indent = column - this.column;
  }
}
