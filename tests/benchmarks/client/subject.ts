/** What is measured: something that shows a text while it grows. */
export interface Subject {
  push(delta: string): void;
  /** A frame comes, for those that do not ask for one themselves. */
  frame?(): void;
  end(): void;
}

export type Begin = (target: HTMLElement) => Subject | Promise<Subject>;
