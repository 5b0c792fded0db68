/** Whether the server still has the build that this page is of: a part that is fetched late may be gone. */
export function onAnotherBuild(tell: () => void): void {
  // Vite's, whenever an `import()` fails: for the network, or because another build is served now.
  addEventListener("vite:preloadError", () => {
    void fetch(import.meta.url, { method: "HEAD", cache: "no-store" }).then(
      ({ status }) => status === 404 && tell(),
      () => undefined,
    );
  });
}
