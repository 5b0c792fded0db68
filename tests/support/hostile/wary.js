/*
 * Put into every document of a test before anything else: notices what may never happen.
 *
 * `wary.ran` – something of a payload was executed. `wary.refused` – the page's policy had to refuse
 * something. `wary.bad` – something was on the page, if only for a moment, that is not on the lists
 * below. Who measures tasks lets the walker rest.
 */
"use strict";

(() => {
  const wary = { ran: [], refused: [], bad: [], rests: false };
  Object.defineProperty(window, "wary", { value: wary });
  const words = (text) => new Set(text.trim().split(/\s+/));
  const plain = (names) => Object.fromEntries([...words(names)].map((name) => [name, new Set()]));

  const FORBIDDEN = words("script style base meta link object embed frame frameset applet portal");
  const LOADING = words("srcset srcdoc formaction action background ping xlink:href poster is");

  // ---------------------------------------------------------------- what ran

  for (const name of ["alert", "confirm", "prompt", "print", "open"])
    window[name] = (...given) => {
      wary.ran.push(`${name}(${given.join()})`);
      // Heard outside as well, if this is a frame.
      console.error(`A payload ran: ${name}(${given.join()})`);
    };
  document.addEventListener("securitypolicyviolation", (event) => {
    wary.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });

  // ------------------------------------------------------- what may be there

  /** In text that a stranger wrote: elements, and the attributes each may have. */
  const WRITTEN = {
    ...plain("p div span em strong del sub sup kbd mark br hr blockquote pre code section ul li summary"),
    ...plain("h3 h4 h5 h6 thead tbody tr td"),
    table: words("style"),
    th: words("scope style"),
    ol: words("start"),
    details: words("open"),
    a: words("href target rel"),
    img: words("src alt decoding loading"),
    input: words("type disabled checked"),
    button: words("type"),
    iframe: words("src sandbox referrerpolicy loading style"),
    svg: words("viewBox width height"),
    path: words("d"),
  };
  const EVERYWHERE = words("class dir role tabindex translate hidden title");
  const DATA = {
    gc: /^(?:code|table|text)$/,
    action: /^(?:copy|copy-table|wrap|note)$/,
    form: /^(?:markdown|csv|tsv)$/,
    word: /^(?:Markdown|CSV|TSV)$/,
    alt: /^/,
    language: /^[a-z0-9_+#.-]{0,32}$/,
    alert: /^(?:note|tip|important|warning|caution)$/,
    align: /^(?:left|center|right)$/,
    level: /^[1-6]$/,
    name: /^(?:U\+[0-9A-F]{4} ?)+$/,
    highlight: /^(?:done|too-long)$/,
    state: /^(?:copied|failed)?$/,
    open: /^$/,
    display: /^$/,
    scroller: /^/,
    tail: /^$/,
    note: /^/,
  };
  const CLASSES = words(`
    section notes lines long source code code-head code-language code-button code-copy code-wrap code-copy-word
    table table-box table-tools held alert alert-title task math math-block wide control-character no-link real-host
    picture picture-chip picture-lost prose writing wraps waiting
  `);
  const MADE_BY_SVELTE = /^(?:svelte-|s-)[\w-]+$/;
  const COLOUR = /^tok-[a-z-]+$/;

  /** In a formula, which KaTeX has drawn. */
  const DRAWN = words("span svg path line");
  const MATHML = words(`
    math semantics annotation mrow mi mn mo mtext mspace ms msup msub msubsup mfrac msqrt mroot mover munder
    munderover mtable mtr mtd mstyle mpadded mphantom menclose mglyph
  `);
  const MATH_ATTRIBUTES = words(`
    class style xmlns encoding display mathvariant stretchy fence separator lspace rspace minsize maxsize width
    height depth voffset scriptlevel displaystyle columnalign columnspacing rowspacing columnlines rowlines
    linethickness accent accentunder notation mathcolor mathbackground mathsize movablelimits symmetric largeop linebreak
    columnwidth side viewBox preserveAspectRatio d aria-hidden x1 x2 y1 y2 stroke-width valign
  `);
  const STYLES = words(`
    height width min-width max-width top bottom left right vertical-align color background-color position
    margin-left margin-right margin-top margin-bottom padding-left padding-right padding-top padding-bottom
    border-top-width border-right-width border-bottom-width border-left-width border-color border-style
    border-width border-bottom-color border-top-style border-right-style border-bottom-style border-left-style
    border-top-color border-right-color border-left-color text-shadow border-image-source border-image-slice
    border-image-width border-image-outset border-image-repeat
  `);
  /** Ems: as high as a long table. */
  const LARGEST = 250;

  // ------------------------------------------------------------- the walker

  const bad = (element, what) => {
    const place = element.closest?.("[data-id], [data-gc]");
    wary.bad.push(`${element.localName}: ${what} (in ${place?.dataset.id ?? place?.dataset.gc ?? "the page"})`);
  };

  function check(element) {
    if (element.closest(".katex, .katex-display") !== null) checkFormula(element);
    else if (element.closest(".prose") !== null) checkWritten(element);
    checkAnywhere(element);
  }

  /** What came with the page. */
  const parsed = new WeakSet();

  /** Whatever the page itself may need, this it never does. */
  function checkAnywhere(element) {
    const { localName: name } = element;
    if (FORBIDDEN.has(name)) {
      if (document.readyState === "loading") parsed.add(element);
      const ours = name === "link" && element.href.startsWith(`${origin}/`);
      if (!parsed.has(element) && !ours) bad(element, "added to the page");
    }
    if (name === "form" && element.dataset.gc !== "composer" && element.dataset.gc !== "editor")
      bad(element, "a form");
    if (name === "a") checkLink(element);
    if (name === "img" && !/^(?:data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]|blob:)/i.test(element.src))
      if (!element.src.startsWith(`${origin}/`)) bad(element, `src ${element.src}`);
    if (name === "iframe") {
      if (element.getAttribute("sandbox") !== "allow-scripts") bad(element, "not sealed");
      if (!/^\/frame(?:-lib)?\//.test(new URL(element.src).pathname) || !element.src.startsWith(origin))
        bad(element, `src ${element.src}`);
    }
    if (element.shadowRoot !== null) bad(element, "a shadow root");
    for (const { name: key, value } of element.attributes) {
      if (key.startsWith("on")) bad(element, `${key}=${value}`);
      if (LOADING.has(key)) bad(element, `${key}=${value}`);
    }
  }

  /** Leads to a part of this page, or to another chat. */
  const isOurs = (link) =>
    link.getAttribute("href").startsWith("#") ||
    (link.origin === origin && /^\/c\/c_[\w-]+$/.test(link.pathname) && link.closest("[data-gc=sidebar]") !== null);

  function checkLink(link) {
    if (!link.hasAttribute("href")) return;
    if (link.closest(".prose") === null && isOurs(link)) return;
    if (!/^(?:https?:|mailto:)$/.test(link.protocol)) bad(link, `href ${link.href}`);
    for (const word of ["noopener", "noreferrer", "nofollow"])
      if (!link.relList.contains(word)) bad(link, `not ${word}`);
    if (link.target !== "_blank") bad(link, `target ${link.target}`);
  }

  function checkWritten(element) {
    const own = Object.hasOwn(WRITTEN, element.localName) ? WRITTEN[element.localName] : null;
    if (own === null) return bad(element, "not on the list");
    for (const { name, value } of element.attributes) {
      if (EVERYWHERE.has(name) || own.has(name) || name.startsWith("aria-")) continue;
      const data = name.startsWith("data-") ? name.slice(5) : "";
      if (!Object.hasOwn(DATA, data)) bad(element, `${name}=${value}`);
      else if (!DATA[data].test(value)) bad(element, `${name}=${value}`);
    }
    for (const word of element.classList)
      if (!CLASSES.has(word) && !MADE_BY_SVELTE.test(word) && !COLOUR.test(word)) bad(element, `class ${word}`);
    if (element.localName === "input" && element.type !== "checkbox") bad(element, `type ${element.type}`);
    if (element.localName === "button" && element.type !== "button") bad(element, `type ${element.type}`);
    if (element.localName === "img" && !/^(?:data:image\/(?:png|jpeg|gif|webp)[;,]|files\/[\w-]+$)/i.test(element.getAttribute("src")))
      bad(element, `src ${element.src}`);
    if (element.matches("table, th") && !/^(?:width: [\d.]+px)?$/.test(element.getAttribute("style") ?? ""))
      bad(element, `style ${element.getAttribute("style")}`);
  }

  function checkFormula(element) {
    if (!DRAWN.has(element.localName) && !MATHML.has(element.localName)) return bad(element, "not on the list of formulas");
    for (const { name, value } of element.attributes)
      if (!MATH_ATTRIBUTES.has(name)) bad(element, `${name}=${value}`);
    for (const name of element.style ?? []) {
      const value = element.style.getPropertyValue(name);
      if (!STYLES.has(name)) bad(element, `style ${name}: ${value}`);
      if (/url|fixed|sticky/i.test(value)) bad(element, `style ${name}: ${value}`);
      if (Math.abs(parseFloat(value)) > LARGEST && value.endsWith("em")) bad(element, `style ${name}: ${value}`);
    }
  }

  /** All that is on the page now. */
  wary.walk = () => {
    for (const element of document.querySelectorAll("*")) check(element);
    return wary.bad;
  };

  // In a frame of its own a library draws what it likes; there only what runs is noticed.
  if (window !== top) return;
  new MutationObserver((records) => {
    if (wary.rests) return;
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") check(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        check(node);
        for (const element of node.querySelectorAll("*")) check(element);
      }
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
})();
