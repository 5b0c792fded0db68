/**
 * The libraries that draw in a frame of their own, sealed from the page: each is copied from its
 * npm package into `frame-lib/`, beside the page that loads it. Nothing of them is in the bundle.
 *
 * Another library is one line here and one file `src/frame-lib/<library>.js` that says how to draw.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** The package, and which of its files makes the library known to a page by a classic script. */
const LIBRARIES: Record<string, { from: string; file: string }> = {
  // Strict: draws everything, and never makes code of a text.
  plotly: { from: "plotly.js-strict-dist-min", file: "plotly-strict.min.js" },
  mermaid: { from: "mermaid", file: "dist/mermaid.min.js" },
};

const OURS = "src/frame-lib";
const read = (path: string): string => readFileSync(path, "utf8");

export function frameLibraries(): Plugin {
  return {
    name: "gptchat:frame-libraries",
    apply: "build",
    generateBundle() {
      const emit = (name: string, source: string | Uint8Array): void => {
        this.emitFile({ type: "asset", fileName: `frame-lib/${name}`, source });
      };
      const { resolve } = createRequire(import.meta.url);
      emit("frame.js", read(`${OURS}/frame.js`));
      for (const [library, { from, file }] of Object.entries(LIBRARIES)) {
        const { version } = JSON.parse(read(resolve(`${from}/package.json`))) as { version: string };
        const source = `${library}-${version}.js`;
        const page = read(`${OURS}/frame.html`);
        emit(`${library}.html`, page.replaceAll("{library}", library).replace("{source}", source));
        emit(`${library}.js`, read(`${OURS}/${library}.js`));
        emit(`${library}.LICENSE.txt`, read(resolve(`${from}/LICENSE`)));
        // Only packed: it is large, and every browser unpacks it.
        emit(`${source}.gz`, gzipSync(read(resolve(`${from}/${file}`)), { level: 9 }));
      }
    },
  };
}
