import type { FunctionDisplay } from "../../wire/protocol.gen";

/** How a function's calls are shown if nothing is configured, and what is. */
export function display(more: Partial<FunctionDisplay> = {}): FunctionDisplay {
  return {
    header: { show: true, running: null, done: null, error: null },
    arguments: { title: null, show_key_as_code: null },
    result: { title: null, type: null },
    open: false,
    ...more,
  };
}
