/**
 * The rules of the house, each with its reason in its message.
 *
 * wire → state → view is the one direction; markdown/, math/, code/, tables/ and scroll/ are workshops
 * that import nothing of ours; each outside thing has one door.
 */
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const markdownDoor = {
  group: ["entities", "entities/*", "dompurify"],
  message: "Only markdown/ turns text into DOM: one workshop then answers for its safety.",
};
const highlighterDoor = {
  group: ["shiki", "@shikijs/*"],
  message: "Only code/ reads code, in its worker: no word waits for a colour.",
};
const mathDoor = {
  group: ["katex", "katex/*"],
  message: "Only math/ draws formulas: one workshop then bounds what a formula may do.",
};
const doors = [markdownDoor, highlighterDoor, mathDoor];
const up = (group, message) => ({ group, message });
const alone = "A workshop imports nothing of ours: it can be tried, and replaced, alone.";

const belowAll = [
  markdownDoor,
  highlighterDoor,
  mathDoor,
  up(["svelte", "svelte/*"], "The wire knows events, not Svelte; state/ makes them reactive."),
  up(
    ["**/state/**", "**/view/**", "**/markdown/**", "**/math/**", "**/code/**", "**/tables/**", "**/scroll/**"],
    "The wire imports nothing of ours: it must not know what is shown.",
  ),
];

const never = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });
const workshop = (files, ...patterns) => ({ files: [files], rules: never(...patterns) });

const domFromText = [
  {
    selector: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
    message: "Text becomes DOM in markdown/ only, where it is made safe. Set textContent here.",
  },
  {
    selector: "CallExpression > MemberExpression.callee[property.name=/^(insertAdjacentHTML|setHTMLUnsafe|parseFromString|createContextualFragment)$/]",
    message: "Text becomes DOM in markdown/ only, where it is made safe.",
  },
];

export default ts.config(
  { ignores: ["node_modules/", "coverage/", "src/wire/*.gen.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      // Messages are plain objects with keys that models name.
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-extraneous-class": "off",
      "no-restricted-syntax": ["error", ...domFromText],
      "no-console": "error",
      eqeqeq: ["error", "smart"],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      "svelte/no-at-html-tags": "error",
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/wire/channel.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        {
          name: "WebSocket",
          message: "Only wire/channel.ts opens one: one file then decides how a page connects.",
        },
      ],
    },
  },
  {
    files: ["src/wire/**"],
    rules: never(...belowAll),
  },
  {
    files: ["src/state/**"],
    rules: never(
      ...doors,
      up(
        ["**/view/**", "**/markdown/**", "**/math/**", "**/code/**", "**/tables/**", "**/scroll/**"],
        "State is what is true, with no DOM: what is seen may know it, not the other way round.",
      ),
    ),
  },
  {
    files: ["src/view/**", "src/main.ts"],
    rules: never(
      ...doors,
      up(
        ["**/wire/socket*", "**/wire/outbox*", "**/wire/reader*", "**/wire/log*"],
        "A component says what the person wants to state/chat; only that talks to the server.",
      ),
    ),
  },
  workshop("src/markdown/*", up(["../*"], alone), highlighterDoor, mathDoor),
  workshop("src/markdown/*/**", up(["../../*"], alone), highlighterDoor, mathDoor),
  workshop(
    "src/markdown/{blocks,inline}/**",
    up(["../../*"], alone),
    highlighterDoor,
    mathDoor,
    up(["**/dom/**"], "What a text means does not depend on how it is drawn."),
  ),
  workshop("src/code/**", up(["../*"], alone), markdownDoor, mathDoor),
  workshop("src/math/**", up(["../*"], alone), markdownDoor, highlighterDoor),
  workshop("src/tables/**", up(["../*"], alone), ...doors),
  workshop("src/scroll/**", up(["../*"], alone), ...doors),
  {
    // Classic scripts, which the page or a frame loads as they are.
    files: ["src/boot/**", "src/frame-lib/**"],
    languageOptions: { sourceType: "script", globals: { draw: "writable" } },
    rules: { "no-var": "off", "no-redeclare": "off", "svelte/no-inner-declarations": "off" },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
