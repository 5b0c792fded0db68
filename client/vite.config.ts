/**
 * How the page is built and served while it is being written.
 *
 * The bundle goes into the Python package, which serves it; in development
 * everything that is not a source file is the Python server's answer.
 */
import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { HtmlTagDescriptor, Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { frameLibraries } from "./frame-libraries.ts";
import { workerLicences } from "./worker-licences.ts";

const server = process.env["GPTCHAT_DEV_SERVER"] ?? "http://127.0.0.1:5000";

/**
 * The theme must be known before the first paint, so its script blocks, and the
 * policy of the page allows no inline script: a classic script file of its own.
 */
function themeBeforeFirstPaint(): Plugin {
  const source = "src/boot/theme.js";
  let building = false;
  const tag = (src: string): HtmlTagDescriptor[] => [
    { tag: "script", attrs: { src }, injectTo: "head" },
  ];
  return {
    name: "gptchat:theme-before-first-paint",
    configResolved(config) {
      building = config.command === "build";
    },
    buildStart() {
      if (building)
        this.emitFile({ type: "asset", name: "theme.js", source: readFileSync(source, "utf8") });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, context) {
        if (!building) return tag(`/${source}`);
        const built = Object.values(context.bundle ?? {}).find(
          (file) => file.type === "asset" && file.names.includes("theme.js"),
        );
        if (built === undefined) throw new Error(`${source} did not reach the bundle.`);
        return tag(`./${built.fileName}`);
      },
    },
  };
}

/** In development nobody fills the markers of index.html, and /c/<id> needs a base all the same. */
function baseInDevelopment(): Plugin {
  return {
    name: "gptchat:base-in-development",
    apply: "serve",
    transformIndexHtml: (html) => html.replace('<base href="./" />', '<base href="/" />'),
  };
}

/** Every browser that runs this page reads woff2; the other two forms of KaTeX's fonts stay away. */
function onlyOneFormOfFonts(): Plugin {
  return {
    name: "gptchat:only-one-form-of-fonts",
    enforce: "pre",
    transform: {
      filter: { id: /katex[^/]*\.css$/ },
      handler: (css) => css.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, ""),
    },
  };
}

const licences = "licenses.md";
const { inWorker, inPage } = workerLicences(licences);

export default defineConfig({
  base: "./",
  plugins: [
    svelte(),
    themeBeforeFirstPaint(),
    baseInDevelopment(),
    frameLibraries(),
    onlyOneFormOfFonts(),
    inPage,
  ],
  build: {
    outDir: "../package/gptchat/static",
    emptyOutDir: true,
    // A small font inlined as data: would be blocked by the page's policy.
    assetsInlineLimit: 0,
    target: "es2022",
    // The polyfill would be an inline script.
    modulePreload: { polyfill: false },
    license: { fileName: licences },
    rolldownOptions: {
      input: ["index.html", "sign-in.html"],
      // All the page begins with is one file; what is fetched later shares it instead of cutting it up.
      output: {
        codeSplitting: { groups: [{ name: "page", tags: ["$initial"], test: /^(?!.*sign-in)/ }] },
      },
    },
  },
  // The grammars it reads with are chunks of their own.
  worker: { format: "es", plugins: () => [inWorker] },
  server: {
    proxy: {
      "/socket.io": { target: server, ws: true },
      "/api": server,
      "/frame": server,
      "/files": server,
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
