/** Where others come in, to show what the engine does not. Whoever makes a renderer brings them. */

/** Colours for a block of code. They may put the text's nodes into elements, but leave its characters. */
export interface Colours {
  /** The text is these lines now. The first `complete` of them will not change any more. */
  update(lines: readonly string[], complete: number): void;
}

export interface Hooks {
  /** A block's element has its place on the page. */
  placed?(element: HTMLElement): void;
  /** A formula has probably begun: who draws them may get ready. */
  formulaBegun?(): void;
  /** A block of code has been begun; `language` is what stood behind its fence, or empty. */
  colours?(code: HTMLElement, language: string): Colours;
}
