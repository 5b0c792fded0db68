/** A code block that is a diagram, fetched with the first of them. */
import { mount, unmount } from "svelte";
import DiagramFrame from "./DiagramFrame.svelte";
import DiagramToggle from "./DiagramToggle.svelte";

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

/** Draw it in the place of its code. The answer ends it. */
export function show(block: Element): () => void {
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
