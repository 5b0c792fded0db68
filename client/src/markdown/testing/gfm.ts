/**
 * The examples of what GitHub's specification (version 0.29-gfm) adds to CommonMark.
 * They are its authors' and under CC BY-SA 4.0: https://github.github.com/gfm/.
 *
 * Left out: the tag filter, for no raw HTML is ever more than text here.
 */

export interface Example {
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
}

const HEAD = "<thead>\n<tr>\n<th>abc</th>\n<th>def</th>\n</tr>\n</thead>\n";
const ROW = "<tr>\n<td>bar</td>\n<td>baz</td>\n</tr>\n";

function link(href: string, text: string): string {
  return `<a href="${href}">${text}</a>`;
}

export const gfm: readonly Example[] = [
  {
    section: "Tables",
    markdown: "| foo | bar |\n| --- | --- |\n| baz | bim |\n",
    html: "<table>\n<thead>\n<tr>\n<th>foo</th>\n<th>bar</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>baz</td>\n<td>bim</td>\n</tr>\n</tbody>\n</table>\n",
  },
  {
    section: "Tables",
    markdown: "| abc | defghi |\n:-: | -----------:\nbar | baz\n",
    html: '<table>\n<thead>\n<tr>\n<th align="center">abc</th>\n<th align="right">defghi</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align="center">bar</td>\n<td align="right">baz</td>\n</tr>\n</tbody>\n</table>\n',
  },
  {
    section: "Tables",
    markdown: "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |\n",
    html: "<table>\n<thead>\n<tr>\n<th>f|oo</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b <code>|</code> az</td>\n</tr>\n<tr>\n<td>b <strong>|</strong> im</td>\n</tr>\n</tbody>\n</table>\n",
  },
  {
    section: "Tables",
    markdown: "| abc | def |\n| --- | --- |\n| bar | baz |\n> bar\n",
    html: `<table>\n${HEAD}<tbody>\n${ROW}</tbody>\n</table>\n<blockquote>\n<p>bar</p>\n</blockquote>\n`,
  },
  {
    section: "Tables",
    markdown: "| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar\n",
    html: `<table>\n${HEAD}<tbody>\n${ROW}<tr>\n<td>bar</td>\n<td></td>\n</tr>\n</tbody>\n</table>\n<p>bar</p>\n`,
  },
  {
    section: "Tables",
    markdown: "| abc | def |\n| --- |\n| bar |\n",
    html: "<p>| abc | def |\n| --- |\n| bar |</p>\n",
  },
  {
    section: "Tables",
    markdown: "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |\n",
    html: `<table>\n${HEAD}<tbody>\n<tr>\n<td>bar</td>\n<td></td>\n</tr>\n${ROW}</tbody>\n</table>\n`,
  },
  {
    section: "Tables",
    markdown: "| abc | def |\n| --- | --- |\n",
    html: `<table>\n${HEAD}</table>\n`,
  },
  {
    section: "Task list items",
    markdown: "- [ ] foo\n- [x] bar\n",
    html: '<ul>\n<li><input disabled="" type="checkbox"> foo</li>\n<li><input checked="" disabled="" type="checkbox"> bar</li>\n</ul>\n',
  },
  {
    section: "Task list items",
    markdown: "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim\n",
    html: '<ul>\n<li><input checked="" disabled="" type="checkbox"> foo\n<ul>\n<li><input disabled="" type="checkbox"> bar</li>\n<li><input checked="" disabled="" type="checkbox"> baz</li>\n</ul>\n</li>\n<li><input disabled="" type="checkbox"> bim</li>\n</ul>\n',
  },
  {
    section: "Strikethrough",
    markdown: "~~Hi~~ Hello, ~there~ world!\n",
    html: "<p><del>Hi</del> Hello, <del>there</del> world!</p>\n",
  },
  {
    section: "Strikethrough",
    markdown: "This ~~has a\n\nnew paragraph~~.\n",
    html: "<p>This ~~has a</p>\n<p>new paragraph~~.</p>\n",
  },
  {
    section: "Strikethrough",
    markdown: "This will ~~~not~~~ strike.\n",
    html: "<p>This will ~~~not~~~ strike.</p>\n",
  },
  {
    section: "Autolinks",
    markdown: "www.commonmark.org\n",
    html: `<p>${link("http://www.commonmark.org", "www.commonmark.org")}</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "Visit www.commonmark.org/help for more information.\n",
    html: `<p>Visit ${link("http://www.commonmark.org/help", "www.commonmark.org/help")} for more information.</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "Visit www.commonmark.org.\n\nVisit www.commonmark.org/a.b.\n",
    html: `<p>Visit ${link("http://www.commonmark.org", "www.commonmark.org")}.</p>\n<p>Visit ${link("http://www.commonmark.org/a.b", "www.commonmark.org/a.b")}.</p>\n`,
  },
  ...[
    ["www.google.com/search?q=Markup+(business)", "%", ""],
    ["www.google.com/search?q=Markup+(business)", "%", "))"],
    ["www.google.com/search?q=Markup+(business)", "(%", ")"],
    ["www.google.com/search?q=Markup+(business)", "(%", ""],
    ["www.google.com/search?q=(business))+ok", "%", ""],
  ].map(([address = "", before = "", after = ""]) => ({
    section: "Autolinks",
    markdown: `${before.replace("%", address)}${after}\n`,
    html: `<p>${before.replace("%", link(`http://${address}`, address))}${after}</p>\n`,
  })),
  {
    section: "Autolinks",
    markdown: "www.google.com/search?q=commonmark&hl=en\n\nwww.google.com/search?q=commonmark&hl;\n",
    html: `<p>${link("http://www.google.com/search?q=commonmark&amp;hl=en", "www.google.com/search?q=commonmark&amp;hl=en")}</p>\n<p>${link("http://www.google.com/search?q=commonmark", "www.google.com/search?q=commonmark")}&amp;hl;</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "www.commonmark.org/he<lp\n",
    html: `<p>${link("http://www.commonmark.org/he", "www.commonmark.org/he")}&lt;lp</p>\n`,
  },
  {
    section: "Autolinks",
    markdown:
      "http://commonmark.org\n\n(Visit https://encrypted.google.com/search?q=Markup+(business))\n",
    html: `<p>${link("http://commonmark.org", "http://commonmark.org")}</p>\n<p>(Visit ${link("https://encrypted.google.com/search?q=Markup+(business)", "https://encrypted.google.com/search?q=Markup+(business)")})</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "foo@bar.baz\n",
    html: `<p>${link("mailto:foo@bar.baz", "foo@bar.baz")}</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.\n",
    html: `<p>hello@mail+xyz.example isn't valid, but ${link("mailto:hello+xyz@mail.example", "hello+xyz@mail.example")} is.</p>\n`,
  },
  {
    section: "Autolinks",
    markdown: "a.b-c_d@a.b\n\na.b-c_d@a.b.\n\na.b-c_d@a.b-\n\na.b-c_d@a.b_\n",
    html: `<p>${link("mailto:a.b-c_d@a.b", "a.b-c_d@a.b")}</p>\n<p>${link("mailto:a.b-c_d@a.b", "a.b-c_d@a.b")}.</p>\n<p>a.b-c_d@a.b-</p>\n<p>a.b-c_d@a.b_</p>\n`,
  },
];
