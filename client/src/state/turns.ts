/**
 * The visible path, cut into turns: one user message and everything that answers it.
 *
 * Pure. Which path is visible, and what is running, it is told.
 */
import type { NodeView, Turn } from "./conversation";

/** Not shown: instructions to the model are not part of what is said. */
const UNSEEN = new Set<unknown>(["system", "developer"]);

export interface AtWork {
  /** A run is at work at the end of the path, or is about to be. */
  active: boolean;
  stopping: boolean;
}

export function turnsOf<T extends NodeView>(path: readonly T[], work: AtWork): Turn[] {
  const turns: Turn[] = [];
  for (const view of path) {
    const role = view.node.message["role"];
    if (UNSEEN.has(role)) continue;
    const last = turns.at(-1);
    if (role === "user") turns.push({ ...begin(view), user: view });
    else if (last === undefined) turns.push({ ...begin(view), parts: [view] });
    else last.parts.push(view);
  }
  const last = turns.at(-1);
  if (last !== undefined) Object.assign(last, work);
  return turns;
}

const begin = (view: NodeView): Turn => ({
  id: view.node.id,
  user: null,
  parts: [],
  active: false,
  stopping: false,
});
