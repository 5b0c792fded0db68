/**
 * The workshop that draws formulas: `code.math`, wherever it appears in a watched element, is given
 * the place of its source. It imports nothing of ours, and knows nothing of Markdown.
 *
 * Nothing else of it is loaded before the first formula. What cannot be drawn stays its source, as code.
 */
import type * as formulasModule from "./formulas";

const FORMULA = "code.math";

let workshop: typeof formulasModule | null = null;
let loading: Promise<typeof formulasModule> | null = null;

/** Fetch what draws them, for one is on its way. Should it not come, the next one asks again. */
export function warmFormulas(): void {
  load().catch(() => (loading = null));
}

/** With its fonts: a formula drawn without them would be of another size than a moment later. */
async function load(): Promise<typeof formulasModule> {
  const loaded = await (loading ??= import("./formulas"));
  await loaded.fontsAreThere;
  return loaded;
}

/** Draw what is and comes to be in `target`. The answer ends it. */
export function watchFormulas(target: HTMLElement): () => void {
  if (workshop !== null) return workshop.watchFormulas(target);
  let over = false;
  let end = (): void => changes.disconnect();
  const draw = async (): Promise<void> => {
    workshop = await load();
    end();
    if (!over) end = workshop.watchFormulas(target);
  };
  const look = (node: Node): void => {
    if (!(node instanceof Element)) return;
    // Should it not come, the sources stay, and the next formula asks again.
    if (node.matches(FORMULA) || node.querySelector(FORMULA) !== null)
      draw().catch(() => (loading = null));
  };
  const changes = new MutationObserver((records) => {
    for (const { type, target: at, addedNodes } of records)
      for (const node of type === "attributes" ? [at] : addedNodes) look(node);
  });
  // A block is a formula once it is closed, and its class says so.
  changes.observe(target, { childList: true, subtree: true, attributeFilter: ["class"] });
  look(target);
  return () => {
    over = true;
    end();
  };
}
