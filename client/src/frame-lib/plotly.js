/*
 * Draws a figure as `fig.to_json()` writes it: {"data": […], "layout": {…}}.
 *
 * The page's colours take the place of the template's, so they yield to whatever the figure
 * itself says. A figure with a background of its own keeps all of its colours.
 */
"use strict";

/* global Plotly */

const HEIGHT = 400;

const CONFIG = {
  responsive: true,
  displaylogo: false,
  showTips: false,
  showSendToCloud: false,
  // A sealed frame can neither download nor upload.
  modeBarButtonsToRemove: ["toImage", "sendChartToCloud", "select2d", "lasso2d"],
  // Nothing of the figure's reaches the network; the policy of the frame would refuse it too.
  plotlyServerURL: "",
  topojsonURL: "",
};

const INK = {
  light: { text: "#0d0d0d", soft: "#5d5d5d", line: "#0d0d0d26", grid: "#0d0d0d14", fill: "#f3f3f3" },
  dark: { text: "#ececec", soft: "#cdcdcd", line: "#ffffff33", grid: "#ffffff1a", fill: "#303030" },
};

const CLEAR = "rgba(0,0,0,0)";

function templateFor(dark) {
  const { text, soft, line, grid, fill } = INK[dark ? "dark" : "light"];
  const axis = {
    color: soft,
    gridcolor: grid,
    linecolor: line,
    zerolinecolor: line,
    tickcolor: line,
    automargin: true,
  };
  const axes = (...names) => Object.fromEntries(names.map((name) => [name, axis]));
  const plane = { ...axis, backgroundcolor: CLEAR, showbackground: false };
  const cells = { line: { color: line }, fill: { color: CLEAR }, font: { color: text } };
  return {
    data: { table: [{ cells, header: { ...cells, fill: { color: fill } } }] },
    layout: {
      paper_bgcolor: CLEAR,
      plot_bgcolor: CLEAR,
      font: { color: text, family: "ui-sans-serif, system-ui, sans-serif" },
      margin: { t: 48, r: 24, b: 40, l: 48 },
      ...axes("xaxis", "yaxis"),
      polar: { bgcolor: CLEAR, ...axes("angularaxis", "radialaxis") },
      ternary: { bgcolor: CLEAR, ...axes("aaxis", "baxis", "caxis") },
      scene: { xaxis: plane, yaxis: plane, zaxis: plane },
      annotationdefaults: { arrowcolor: soft },
      shapedefaults: { line: { color: soft } },
      hoverlabel: { font: { family: "ui-sans-serif, system-ui, sans-serif" } },
      modebar: { bgcolor: CLEAR, color: soft, activecolor: text },
      legend: { bgcolor: CLEAR },
      // With a finger one scrolls past a figure; a mouse may zoom into it.
      dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
    },
  };
}

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** `over` where both say something; what only one says stays. */
function merged(under, over) {
  const both = { ...under };
  for (const [key, value] of Object.entries(over))
    both[key] = isRecord(value) && isRecord(both[key]) ? merged(both[key], value) : value;
  return both;
}

/** The figure's own template gives its series' colours; the page gives what they stand on. */
function inColours(layout, dark) {
  if (layout.paper_bgcolor !== undefined || layout.plot_bgcolor !== undefined) return layout;
  const own = isRecord(layout.template) ? layout.template : {};
  const page = templateFor(dark);
  const { bar: _bar, barpolar: _barpolar, ...data } = isRecord(own.data) ? own.data : {};
  const words = isRecord(own.layout) ? own.layout : {};
  const template = { layout: merged(words, page.layout), data: { ...data, ...page.data } };
  return { ...layout, template };
}

draw = async (element, text, dark) => {
  const figure = JSON.parse(text);
  if (!isRecord(figure) || !Array.isArray(figure.data)) throw new TypeError("not a figure");
  const { width: _width, ...layout } = isRecord(figure.layout) ? figure.layout : {};
  const height = Number.isFinite(layout.height) ? layout.height : HEIGHT;
  element.style.height = `${height}px`;
  await Plotly.newPlot(element, {
    data: figure.data,
    layout: { ...inColours(layout, dark), height, autosize: true },
    frames: Array.isArray(figure.frames) ? figure.frames : [],
    config: CONFIG,
  });
};
