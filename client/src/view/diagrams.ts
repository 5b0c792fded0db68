/**
 * Finds code blocks that are diagrams, and has them drawn in the place of their code, once they are
 * closed.
 */

const BLOCK = '.code[data-language="mermaid"]:not([data-open])';

/** Draw what is and comes to be in `target`. The answer ends it. */
export function watchDiagrams(target: HTMLElement): () => void {
  const shown = new Map<Element, () => void>();
  let over = false;
  const show = async (block: Element): Promise<void> => {
    if (shown.has(block)) return;
    shown.set(block, () => undefined);
    try {
      const diagram = await import("./diagram.svelte");
      if (shown.has(block) && !over) shown.set(block, diagram.show(block));
    } catch {
      // It stays the code it is; the next one asks again.
    }
  };
  const look = (node: Node): void => {
    if (!(node instanceof Element)) return;
    if (node.matches(BLOCK)) void show(node);
    else for (const block of node.querySelectorAll(BLOCK)) void show(block);
  };
  const changes = new MutationObserver((records) => {
    for (const { type, target: at, addedNodes } of records)
      for (const node of type === "attributes" ? [at] : addedNodes) look(node);
    for (const [block, end] of shown)
      if (!target.contains(block)) {
        shown.delete(block);
        end();
      }
  });
  changes.observe(target, { childList: true, subtree: true, attributeFilter: ["data-open"] });
  look(target);
  return () => {
    over = true;
    changes.disconnect();
    for (const end of shown.values()) end();
  };
}
