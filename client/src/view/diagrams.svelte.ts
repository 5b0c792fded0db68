/**
 * Finds code blocks that are diagrams, and has them drawn in the place of their code, once they are
 * closed.
 */
import { mount, unmount } from "svelte";
import DiagramFrame from "./DiagramFrame.svelte";
import DiagramToggle from "./DiagramToggle.svelte";

const BLOCK = '.code[data-language="mermaid"]:not([data-open])';

const LONGEST = 50_000;

export class Diagram {
  readonly source: string;
  readonly tooLong: boolean;
  /** The drawing or its source. */
  drawn = $state(true);
  failed = $state(false);

  constructor(source: string) {
    this.source = source;
    this.failed = this.tooLong = source.length > LONGEST;
  }
}

/** Draw what comes to be in `target`, as long as the effect lasts in which this is called. */
export function watchDiagrams(target: HTMLElement): void {
  const shown = new Map<Element, () => void>();
  const look = (): void => {
    for (const block of target.querySelectorAll(BLOCK))
      if (!shown.has(block)) shown.set(block, show(block));
    for (const [block, end] of shown)
      if (!target.contains(block)) {
        shown.delete(block);
        end();
      }
  };
  const changes = new MutationObserver(look);
  changes.observe(target, { childList: true, subtree: true, attributeFilter: ["data-open"] });
  look();
  $effect(() => () => {
    changes.disconnect();
    for (const end of shown.values()) end();
  });
}

function show(block: Element): () => void {
  const head = block.querySelector(".code-head");
  const code = block.querySelector("pre");
  if (head === null || code === null) return () => undefined;
  const diagram = new Diagram(code.textContent);
  // Both at the end: what the markdown workshop made keeps its place among its siblings.
  const parts = [
    mount(DiagramToggle, { target: head, props: { diagram } }),
    mount(DiagramFrame, { target: block, props: { diagram } }),
  ];
  const endHiding = $effect.root(() => {
    $effect(() => {
      code.hidden = diagram.drawn && !diagram.failed;
    });
  });
  return () => {
    endHiding();
    for (const part of parts) void unmount(part);
  };
}
