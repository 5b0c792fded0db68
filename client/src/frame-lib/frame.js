/*
 * In the frame of every library: takes from the page around it what to draw, and answers how high
 * it became, or that it could not be drawn. `<library>.js` beside this file says how to draw:
 *
 *     draw = async (element, text, dark) => …     throws if it cannot
 *
 * The frame has no origin of its own and no network; view/LibraryFrame.svelte is the other end.
 */
"use strict";

var draw = null;

{
  const content = document.getElementById("content");
  const tell = (message) => parent.postMessage(message, "*");
  const tellHeight = () =>
    tell({ type: "h", value: Math.ceil(content.getBoundingClientRect().height) });
  const watch = new ResizeObserver(tellHeight);

  addEventListener("message", async (event) => {
    if (event.source !== parent || event.data?.type !== "draw") return;
    const { text, dark } = event.data;
    // The page's own scheme, or the frame would not be transparent.
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    try {
      await draw(content, text, dark);
      watch.observe(content);
      tellHeight();
    } catch {
      tell({ type: "failed" });
    }
  });
}
