/** The page of `make bench-client`, built as the product's page is; `--outDir` says where to. */
export default {
  root: import.meta.dirname,
  base: "./",
  logLevel: "error",
  build: { target: "es2022", modulePreload: { polyfill: false }, chunkSizeWarningLimit: Infinity },
  worker: { format: "es" },
};
