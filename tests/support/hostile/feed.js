/*
 * Lets messages grow in the page as if the server had sent them, with a piece of each in every frame.
 *
 * The page has one connection; what is said here is put into it, numbered as the server would. So all
 * texts grow at once, in pieces as small as one character, which no server sends.
 */
"use strict";

(() => {
  const lines = [];
  window.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      lines.push(this);
    }

    send(said) {
      // The server knows nothing of what is told here, and would take it back.
      if (place === null || !String(said).includes('["sync"')) super.send(said);
    }
  };

  let place = null;
  async function begin() {
    const conversation = /\/c\/([^/]+)/.exec(location.pathname)[1];
    const { epoch, seq, leaf } = await (await fetch(`api/conversations/${conversation}`)).json();
    place = { conversation, epoch, seq, leaf, turns: 0 };
  }

  function tell(events) {
    const { conversation, epoch, seq } = place;
    const frame = { conversation, epoch, seq: seq + 1, events };
    place.seq += events.length;
    const data = `42${JSON.stringify(["events", frame])}`;
    lines.at(-1).dispatchEvent(new MessageEvent("message", { data }));
  }

  function message(id, role, status) {
    const node = { id, parent: place.leaf, message: { role, content: "" }, status, created: 1 };
    place.leaf = id;
    return { type: "message", node };
  }

  const nextFrame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

  /** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
  function randomNumbers(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  /** How long the next piece of a text may be; a long text comes in so many pieces, not in more. */
  const SMALL = 7;
  const MOST_PIECES = 75;

  /**
   * One answer of many messages, each with one of the texts, whole or `inPieces`. What has become of
   * them, in order, without what depends on where they stand on the page.
   */
  window.feed = async (json, inPieces, seed = 1) => {
    if (place === null) await begin();
    const texts = JSON.parse(json).filter((text) => text.trim() !== "");
    const random = randomNumbers(seed);
    const turn = `t${place.turns++}`;
    const asked = `${turn}-asked`;
    tell([message(asked, "user", "done")]);
    const run = { id: `${turn}-run`, parent: asked, trigger: "new", created: 1 };
    tell([{ type: "run", run: { ...run, state: "running" } }]);
    tell(texts.map((_, at) => message(`${turn}-${at}`, "assistant", "streaming")));
    const told = texts.map(() => 0);
    for (let left = true; left; ) {
      const events = [];
      texts.forEach((text, at) => {
        if (told[at] === text.length) return;
        const longest = Math.max(SMALL, Math.ceil(text.length / MOST_PIECES));
        const size = inPieces ? 1 + Math.floor(random() * longest) : text.length;
        const piece = text.slice(told[at], told[at] + size);
        told[at] += piece.length;
        events.push({ type: "delta", id: `${turn}-${at}`, delta: { append: { content: piece } } });
      });
      left = events.length > 0;
      if (left) tell(events);
      await nextFrame();
    }
    const end = { type: "finish", status: "done", at: 2 };
    tell(texts.map(({ length }, at) => ({ ...end, id: `${turn}-${at}`, length })));
    tell([{ type: "run", run: { ...run, state: "ended", end: "done" } }]);
    await nextFrame();
    const answer = [...document.querySelectorAll("[data-gc=assistant]")].at(-1);
    await allFormulasDrawn(answer);
    return [...answer.querySelectorAll(".prose")].map(shape);
  };

  async function allFormulasDrawn(element) {
    while (element.querySelector("code.math:not(:has(.katex))") !== null) await nextFrame();
  }

  function shape(prose) {
    const copy = prose.cloneNode(true);
    for (const formula of copy.querySelectorAll(".katex-display, .katex"))
      formula.replaceWith(formula.querySelector("annotation")?.textContent ?? "");
    for (const code of copy.querySelectorAll("pre > code")) {
      code.textContent = code.textContent;
      code.removeAttribute("data-highlight");
    }
    // Of a diagram only its code is the engine's.
    for (const drawn of copy.querySelectorAll(".code > :not(.code-head, pre), .code-head > button:not([data-action])"))
      drawn.remove();
    for (const element of copy.querySelectorAll("[data-scroller], pre, .math, .wide"))
      for (const name of ["tabindex", "role", "aria-label", "hidden"]) element.removeAttribute(name);
    for (const element of copy.querySelectorAll(".wide")) element.classList.remove("wide");
    return copy.innerHTML.replaceAll("<!---->", ""); // Where a diagram or its button was or will be.
  }
})();
