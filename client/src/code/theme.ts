/**
 * Which names of the grammars mean which kind.
 *
 * A grammar gives each piece names such as `keyword.control.flow.python`; a theme turns names into
 * colours. This theme's colours only number the kinds. What they look like is in style/syntax.css,
 * so light and dark are one and the same text on the page.
 */
import { KINDS, type Kind } from "./kinds";

/** The longer a name, the more it decides; so a general one may be refined under another kind. */
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  plain: [
    "meta.embedded",
    "meta.template.expression",
    "meta.interpolation",
    "source.shell string.interpolated",
    "string meta.embedded",
    "string.unquoted.argument.shell",
    "string.unquoted.plain.out.yaml",
    "string.unquoted.text.sql",
    "variable",
    "keyword.operator.dereference",
  ],
  keyword: [
    "keyword",
    "storage",
    "constant.language",
    "constant.other.caps",
    "variable.language",
    "keyword.operator.expression",
    "keyword.operator.new",
    "keyword.operator.logical.python",
    "keyword.operator.wordlike",
    "keyword.operator.word",
    "keyword.operator.instanceof",
    "keyword.operator.sizeof",
    "punctuation.definition.directive",
    "punctuation.definition.heading",
    "markup.heading",
    "entity.name.section",
    "meta.diff.range",
    "entity.name.function.preprocessor",
  ],
  string: [
    "string",
    "constant.character",
    "constant.other.symbol",
    "punctuation.definition.string",
    "string.regexp keyword.operator",
    "string.regexp punctuation",
    "string.regexp constant",
    "markup.inline.raw",
    "markup.quote",
  ],
  function: [
    "entity.name.function",
    "support.function",
    "meta.function-call.generic.python",
    "entity.name.class",
    "entity.name.type.class",
    "entity.other.inherited-class",
    "support.class",
    "entity.name.command",
    "storage.type.annotation",
    "entity.name.function.decorator",
    "variable.function",
  ],
  number: [
    "constant.numeric",
    "storage.type.number",
    "constant.language.boolean",
    "constant.language.true",
    "constant.language.false",
    "constant.language.bool",
    "keyword.other.unit",
    "constant.other.color",
    "markup.underline.link",
    "punctuation.definition.list.begin.markdown",
  ],
  property: [
    "entity.name.tag",
    "entity.other.attribute-name",
    "entity.name.type",
    "entity.name.namespace",
    "support.type",
    "storage.type.java",
    "storage.type.generic",
    "storage.type.object",
    "storage.type.cs",
    "support.type.property-name",
    "punctuation.support.type.property-name",
    "string.json support.type.property-name.json",
    "variable.other.property",
    "variable.other.object.property",
    "variable.other.constant.property",
    "variable.object.property",
    "meta.object-literal.key",
    "meta.object-literal.key string",
    "variable.other.key",
    "variable.other.member",
    "support.variable.property",
    "keyword.other.definition.ini",
    "punctuation.definition.tag.yaml",
  ],
  comment: [
    "comment",
    "punctuation.definition.comment",
    "string.quoted.docstring",
    "punctuation.definition.string.docstring",
    "string.quoted.docstring punctuation.definition.string",
    "meta.diff.index",
    "meta.diff.header",
    "meta.diff.header punctuation.definition",
  ],
  punctuation: [
    "punctuation",
    "meta.brace",
    "keyword.operator",
    "storage.type.function.arrow",
    "meta.tag punctuation.definition.tag",
    "punctuation.definition.template-expression",
    "punctuation.section.embedded",
    "punctuation.section.interpolation",
  ],
  inserted: [
    "markup.inserted",
    "markup.inserted punctuation.definition.inserted",
  ],
  deleted: [
    "markup.deleted",
    "markup.deleted punctuation.definition.deleted",
  ],
};

const numbered = (kind: Kind): string => `#${String(KINDS.indexOf(kind)).padStart(6, "0")}`;

export const THEME = {
  name: "kinds",
  type: "light" as const,
  fg: numbered("plain"),
  bg: "#ffffff",
  settings: [
    { settings: { foreground: numbered("plain"), background: "#ffffff" } },
    ...KINDS.map((kind) => ({
      scope: [...NAMES[kind]],
      settings: { foreground: numbered(kind) },
    })),
  ],
};

/** Which kind a colour of the theme stands for, as its number. */
export function kindOf(colour: string | undefined): number {
  const number = Number(colour?.slice(1));
  return number < KINDS.length ? number : 0;
}
