/**
 * Blocks and spans → HTML as the specifications write it, for comparison with their examples.
 *
 * Only tests want HTML; the page is built by dom/. `raw` says what becomes of raw HTML: kept, as the
 * specifications have it, or shown as text, as the page has it.
 */
import { trimEnd } from "../blanks";
import type { Block, Item, List, Parent, Table, Words } from "../blocks/block";
import { cellsOf } from "../blocks/tables";
import { type Context, Parser } from "../inline/parser";
import { type Span, wordsOf } from "../inline/span";
import { encoded, unescape } from "../inline/targets";

export class SpecWriter {
  constructor(
    readonly context: Context,
    readonly raw: (html: string) => string = (html) => html,
  ) {}

  children(parent: Parent, tight = false): string {
    return parent.children.map((child) => this.block(child, tight)).join("");
  }

  block(block: Block, tight: boolean): string {
    switch (block.kind) {
      case "quote":
        return `<blockquote>\n${this.children(block)}</blockquote>\n`;
      case "list":
        return this.#list(block);
      case "words":
        return this.#paragraph(block, tight);
      case "code": {
        const language = unescape(block.info).split(/\s/, 1)[0] ?? "";
        const name = language === "" ? "" : ` class="language-${escaped(language)}"`;
        const text = block.lines.map((line) => `${line}\n`).join("");
        return `<pre><code${name}>${escaped(text)}</code></pre>\n`;
      }
      case "html":
        return `${this.raw(block.lines.join("\n").replace(/\n+$/, ""))}\n`;
      case "rule":
        return "<hr />\n";
      case "table":
        return this.#table(block);
      default:
        return "";
    }
  }

  words(text: string): string {
    const parser = new Parser(trimEnd(text), this.context);
    return this.#spans(parser.settled) + this.#spans(parser.open);
  }

  #paragraph(words: Words, tight: boolean): string {
    const text = this.words(words.text);
    if (words.level > 0) return `<h${String(words.level)}>${text}</h${String(words.level)}>\n`;
    return tight ? text : `<p>${text}</p>\n`;
  }

  #list(list: List): string {
    const name = list.start === null ? "ul" : "ol";
    const start = list.start === null || list.start === 1 ? "" : ` start="${String(list.start)}"`;
    const items = list.children.map((item) => this.#item(item as Item, !list.loose)).join("");
    return `<${name}${start}>\n${items}</${name}>\n`;
  }

  #item(item: Item, tight: boolean): string {
    const parts = item.children.map((child) => ({ html: this.block(child, tight), child }));
    const inline = (at: number): boolean => {
      const child = parts[at]?.child;
      return tight && child?.kind === "words" && child.level === 0;
    };
    let html = parts.length > 0 && !inline(0) ? "\n" : "";
    parts.forEach((part, at) => {
      html += part.html;
      if (inline(at) && at < parts.length - 1) html += "\n";
    });
    const box = item.task === null ? "" : `<input${item.task ? ' checked=""' : ""} disabled="" type="checkbox"> `;
    return `<li>${box}${html}</li>\n`;
  }

  #table(table: Table): string {
    const [head, ...body] = table.children;
    const row = (block: Block | undefined, cell: string): string => {
      const cells = block?.kind === "row" ? cellsOf(block.text) : [];
      const html = table.aligns.map((align, at) => {
        const name = align === null ? cell : `${cell} align="${align}"`;
        return `<${name}>${this.words(cells[at] ?? "")}</${cell}>\n`;
      });
      return `<tr>\n${html.join("")}</tr>\n`;
    };
    const rows = body.map((block) => row(block, "td")).join("");
    const tbody = rows === "" ? "" : `<tbody>\n${rows}</tbody>\n`;
    return `<table>\n<thead>\n${row(head, "th")}</thead>\n${tbody}</table>\n`;
  }

  #spans(list: Span, inLink = false): string {
    let html = "";
    for (const span of list.children()) html += this.#span(span, inLink);
    return html;
  }

  #span(span: Span, inLink: boolean): string {
    const inside = (): string => this.#spans(span, inLink || span.kind === "link");
    switch (span.kind) {
      case "text":
        return escaped(span.text);
      case "break":
        return "<br />\n";
      case "code":
        return `<code>${escaped(span.text)}</code>`;
      case "html":
        return this.raw(span.text);
      case "emphasis":
        return `<em>${inside()}</em>`;
      case "strong":
        return `<strong>${inside()}</strong>`;
      case "deleted":
        return `<del>${inside()}</del>`;
      case "element":
        return `<${span.text}>${inside()}</${span.text}>`;
      case "link":
        return inLink ? inside() : `<a href="${address(span.href)}"${title(span)}>${inside()}</a>`;
      case "image":
        return `<img src="${address(span.href)}" alt="${escaped(wordsOf(span))}"${title(span)} />`;
      default:
        return escaped(span.text);
    }
  }
}

function title(span: Span): string {
  return span.title === "" ? "" : ` title="${escaped(span.title)}"`;
}

function address(href: string): string {
  return escaped(encoded(href));
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
