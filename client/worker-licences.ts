/**
 * The licences of what the worker bundles, beside those of the page. Vite gathers only the page's:
 * a worker is a build of its own.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

export function workerLicences(file: string): { inWorker: Plugin; inPage: Plugin } {
  const folders = new Set<string>();
  return {
    inWorker: {
      name: "gptchat:worker-packages",
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle))
          for (const module of chunk.type === "chunk" ? chunk.moduleIds : []) {
            const folder = PACKAGE.exec(module)?.[0];
            if (folder !== undefined && existsSync(join(folder, "package.json"))) folders.add(folder);
          }
      },
    },
    inPage: {
      name: "gptchat:worker-licences",
      apply: "build",
      generateBundle: {
        order: "post",
        handler(_options, bundle) {
          const licences = bundle[file];
          if (licences?.type !== "asset") throw new Error(`${file} did not reach the bundle.`);
          licences.source = String(licences.source) + [...folders].sort().map(licenceOf).join("");
        },
      },
    },
  };
}

function licenceOf(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const name = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = name === undefined ? "" : readFileSync(join(folder, name), "utf8").trim();
  return `\n## ${about["name"]} - ${about["version"]} (${about["license"]})\n\n${text}\n`;
}
