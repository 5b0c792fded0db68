/*
 * Draws a diagram from its text, in the colours of the theme.
 *
 * The text is a stranger's: it may change colours and layout, but not what is allowed (`secure`).
 */
"use strict";

/* global mermaid */

const LONGEST = 50_000;
/** No smaller than this part of its natural size: then it scrolls. */
const SMALLEST = 0.5;

const settings = (dark) => ({
  startOnLoad: false,
  securityLevel: "strict",
  secure: [
    ...["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges"],
    ...["themeCSS", "fontFamily", "htmlLabels", "suppressErrorRendering"],
  ],
  maxTextSize: LONGEST,
  maxEdges: 500,
  theme: dark ? "dark" : "neutral",
  darkMode: dark,
  fontFamily: "ui-sans-serif, system-ui, sans-serif",
  htmlLabels: false,
});

draw = async (element, text, dark) => {
  mermaid.initialize(settings(dark));
  await mermaid.parse(text);
  const diagram = document.createElement("div");
  diagram.textContent = text;
  element.replaceChildren(diagram);
  await mermaid.run({ nodes: [diagram] });
  const svg = diagram.querySelector("svg");
  // A sealed frame leads nowhere.
  for (const link of svg.querySelectorAll("a"))
    for (const name of ["href", "xlink:href", "target"]) link.removeAttribute(name);
  const natural = svg.viewBox.baseVal?.width || 0;
  svg.style.display = "block";
  svg.style.margin = "0 auto";
  svg.style.minWidth = `${natural * SMALLEST}px`;
  element.style.overflowX = "auto";
};
