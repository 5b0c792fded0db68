/** Whether the page is dark now: as its root says, or as the system prefers. */
import { createSubscriber } from "svelte/reactivity";

const preferred = matchMedia("(prefers-color-scheme: dark)");

const subscribe = createSubscriber((update) => {
  const root = new MutationObserver(update);
  root.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  preferred.addEventListener("change", update);
  return () => {
    root.disconnect();
    preferred.removeEventListener("change", update);
  };
});

export const darkness = {
  get current(): boolean {
    subscribe();
    const { theme } = document.documentElement.dataset;
    return theme === "light" || theme === "dark" ? theme === "dark" : preferred.matches;
  },
};
