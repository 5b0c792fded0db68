// What browser and server say to each other. Do not edit: generated from package/gptchat/
// {protocol,config/function_display,config/prompt,config/page_config}.py by `make generate`.

/** Raised when an older page could no longer follow; such a page is told to reload. */
export const PROTOCOL = 1;

/** Bytes of one socket message, either way. Larger things travel by HTTP. */
export const MAX_SOCKET_MESSAGE = 262144;

/** UTF-8 bytes of content a `send` may carry; longer content is posted by HTTP first. */
export const MAX_CONTENT_BY_SOCKET = 131072;

/** Bytes of one event; a larger one travels as `stale` and is fetched by HTTP. */
export const MAX_EVENT_BY_SOCKET = 65536;

/** One OpenAI chat message, exactly as the OpenAI API writes it. */
export type Message = Record<string, unknown>;

export type MessageStatus = "streaming" | "done" | "stopped" | "failed" | "interrupted";

export type RunState = "queued" | "running" | "stopping" | "ended";

export type RunEnd = "done" | "stopped" | "failed" | "interrupted";

export type Trigger = "new" | "edit" | "regenerate";

/** How one object grows. Keys are paths (`content`, `audio.data`); see deltas.py. */
export interface Change {
  append?: Record<string, string>;
  extend?: Record<string, unknown[]>;
  set?: Record<string, unknown>;
}

/** The normal form of a delta: a change of the message, and of its calls by slot. */
export interface NormalDelta extends Change {
  calls?: Record<string, Change>;
}

/** What a person is told of an error: one calm sentence, and an id to find it in the log. */
export interface ErrorInfo {
  sentence: string;
  id?: string;
  details?: string;
}

/**
 * A file a person attached. Its bytes are at `files/<id>`, its owner's alone to read.
 *
 * `type` is what its bytes are, whatever its name says; a picture has a size in pixels.
 */
export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
  width?: number;
  height?: number;
}

/** A part of a person's message that refers to a file; a handler gets OpenAI's part instead. */
export interface AttachmentPart {
  type: "attachment";
  attachment: Attachment;
}

/**
 * One message in the tree of a conversation, in its envelope.
 *
 * While it streams, the calls in `message["tool_calls"]` carry their `slot` and `index`.
 * `model` is the name that answered, where there are several to choose from.
 */
export interface Node {
  id: string;
  parent: string | null;
  message: Message;
  status: MessageStatus;
  created: number;
  run?: string;
  model?: string;
  finished?: number;
  finish_reason?: string;
  usage?: Record<string, unknown>;
  error?: ErrorInfo;
}

/**
 * One handler at work, answering below the message `parent`.
 *
 * While it is queued `message` is the person's message it will answer: the
 * message takes its place in the tree when the run starts.
 */
export interface RunInfo {
  id: string;
  parent: string;
  state: RunState;
  trigger: Trigger;
  created: number;
  model?: string;
  end?: RunEnd;
  message?: Node;
}

/** Create a message, or replace the one of the same id. */
export interface MessageEvent {
  type: "message";
  node: Node;
}

/** A message grows. */
export interface DeltaEvent {
  type: "delta";
  id: string;
  delta: NormalDelta;
}

/** A message is complete. `length` is its text in UTF-16 units, to verify by. */
export interface FinishEvent {
  type: "finish";
  id: string;
  status: MessageStatus;
  at: number;
  length: number;
  error?: ErrorInfo;
}

/** A run was queued, started, is being stopped, or has ended. */
export interface RunEvent {
  type: "run";
  run: RunInfo;
}

/**
 * The conversation shows the path to another leaf (`None`: before the first message).
 *
 * `run` is the one whose handler chose it, where no person did.
 */
export interface SelectEvent {
  type: "select";
  leaf: string | null;
  run?: string;
}

/** A message without words or children is gone (the empty answer a retry replaces). */
export interface RemoveEvent {
  type: "remove";
  id: string;
}

/** A message changed by more than a socket carries: fetch it by HTTP. */
export interface StaleEvent {
  type: "stale";
  id: string;
}

export type Event = MessageEvent | DeltaEvent | FinishEvent | RunEvent | SelectEvent | RemoveEvent | StaleEvent;

/** A whole conversation as of event number `seq`. HTTP: `api/conversations/<id>`. */
export interface Snapshot {
  conversation: string;
  epoch: string;
  seq: number;
  leaf: string | null;
  nodes: Node[];
  runs: RunInfo[];
}

/** One message as of event number `seq`. HTTP: `api/conversations/<id>/messages/<id>`. */
export interface NodeAnswer {
  seq: number;
  node: Node;
}

/**
 * One conversation, as the list of conversations shows it.
 *
 * `title` is never empty: the first words, until somebody names it. `updated` is when
 * something was last said in it. `pinned` is since when. `running`: an answer is being
 * made. `unread`: one ended since its owner last had it on screen.
 */
export interface ConversationInfo {
  id: string;
  title: string;
  created: number;
  updated: number;
  pinned?: number;
  running?: boolean;
  unread?: boolean;
}

/**
 * One page of the list. HTTP: `api/conversations?after=<next>&limit=50` (1 to 100).
 *
 * Pinned ones come first, the newest pin before the others, and on the first page only; then
 * by `updated`, newest first. `next` leads to the page after this one.
 */
export interface ConversationsAnswer {
  conversations: ConversationInfo[];
  next: string | null;
}

/**
 * One result of a search. Ranges count in UTF-16 units, from the first to the one after.
 *
 * `message` is the message that matches, absent where only the title does; `excerpt` is
 * plain text around the match.
 */
export interface FoundConversation {
  conversation: ConversationInfo;
  title_marks: [number, number][];
  message?: string;
  excerpt?: string;
  marks?: [number, number][];
}

/** Conversations that say all the words, best first. HTTP: `api/search?q=<words>`. */
export interface SearchAnswer {
  found: FoundConversation[];
}

/** Where content posted to `api/contents` was put. */
export interface ContentAnswer {
  content_id: string;
}

/** What was posted to `api/files`, to be named in a `send`. */
export interface FileAnswer {
  attachment: Attachment;
}

/** What was posted to `api/import` is kept. `problems` says what of it is not, and why. */
export interface ImportAnswer {
  conversations: string[];
  problems: string[];
}

/**
 * Show me this conversation, from the event after `seq` on.
 *
 * `epoch: None` with `seq: 0` is a page that has nothing yet.
 */
export interface Sync {
  type: "sync";
  conversation: string;
  epoch: string | null;
  seq: number;
}

/** This page no longer shows the conversation. */
export interface Leave {
  type: "leave";
  conversation: string;
}

/**
 * A person's message. `id` is made by the page: a repeat is answered, not repeated.
 *
 * `conversation: None` begins a new one; `parent: None` means its current leaf.
 * Exactly one of `content` and `content_id` is given. With `files` the content may be empty.
 * `model` is one of the names in the page's menu; without it the first answers.
 */
export interface Send {
  type: "send";
  conversation: string | null;
  id: string;
  parent: string | null;
  model?: string;
  content?: string;
  content_id?: string;
  files?: string[];
}

/** Say something else instead of the user message `message`: a sibling of it, made `id`. */
export interface Edit {
  type: "edit";
  conversation: string;
  message: string;
  id: string;
  model?: string;
  content?: string;
  content_id?: string;
  files?: string[];
}

/** Answer again the user message above `message`. `id` is made by the page, as in `send`. */
export interface Regenerate {
  type: "regenerate";
  conversation: string;
  message: string;
  id: string;
  model?: string;
}

/** Show the branch through `message`. */
export interface Select {
  type: "select";
  conversation: string;
  message: string;
}

/** Stop whatever runs in this conversation, queued runs included. */
export interface Stop {
  type: "stop";
  conversation: string;
}

/** Call the conversation so: one line of 1 to 120 characters. Nothing renames it after that. */
export interface Rename {
  type: "rename";
  conversation: string;
  title: string;
}

/** Keep the conversation at the top of the list, or no longer. */
export interface Pin {
  type: "pin";
  conversation: string;
  pinned: boolean;
}

/**
 * Copy the conversation, all its branches. `id` is made by the page, as in `send`.
 *
 * The answer names the copy.
 */
export interface Duplicate {
  type: "duplicate";
  conversation: string;
  id: string;
}

/** Stop what runs in the conversation, and forget it; for a minute it can be restored. */
export interface Delete {
  type: "delete";
  conversation: string;
}

/** Delete every conversation of this owner, those that are not on screen included. */
export interface DeleteAll {
  type: "delete_all";
}

/** Undo a `delete`. */
export interface Restore {
  type: "restore";
  conversation: string;
}

/** The conversation's owner has it on screen. */
export interface Read {
  type: "read";
  conversation: string;
}

export type Request = Sync | Leave | Send | Edit | Regenerate | Select | Stop | Rename | Pin | Duplicate | Delete | DeleteAll | Restore | Read;

/** Why a request was not done. */
export interface Refusal {
  code: "bad_request" | "not_found" | "too_large" | "rate" | "busy" | "not_saved" | "version" | "gone" | "signed_out";
  sentence: string;
}

/** The answer to a request that was not done. */
export interface Refused {
  refused: Refusal;
}

/** Events `seq - len(events) + 1 … seq`. */
export interface SyncAnswer {
  conversation: string;
  epoch: string;
  seq: number;
  events: Event[];
}

/** The log cannot help (too old, too long, another epoch): fetch the snapshot, then sync. */
export interface ResetAnswer {
  conversation: string;
  reset: true;
}

/** Committed. `conversation` tells a new chat its id. */
export interface Accepted {
  conversation: string;
}

/** Socket.IO `events`: numbered `seq`, `seq + 1`, … in order. */
export interface EventsFrame {
  conversation: string;
  epoch: string;
  seq: number;
  events: Event[];
}

/** Socket.IO `conversations`: how the list changed, to every page of its owner. */
export interface ConversationsFrame {
  changed: ConversationInfo[];
  removed: string[];
}

/** Socket.IO `resync`: this page was too slow and missed events; sync every conversation. */
export interface ResyncFrame {
  reason: string;
}

/**
 * Whom a page is for, where people sign in. It says `key` again when it connects.
 *
 * `leaves_chats`: nobody can say afterwards whose the chats of this browser were.
 */
export interface PersonInfo {
  key: string;
  name?: string;
  may_sign_out: boolean;
  leaves_chats?: boolean;
}

/** What a page says when it connects (Socket.IO `auth`). */
export interface Hello {
  protocol: number;
  person?: string;
}

/** The one line of a call, in Markdown, by the call's state. */
export interface HeaderDisplay {
  show: boolean;
  running: string | null;
  done: string | null;
  error: string | null;
}

/** Show the argument `key` alone, as a block of code. */
export interface ShowKeyAsCode {
  key: string;
  language: string;
}

/** What is said above the arguments, and which of them is code. */
export interface ArgumentsDisplay {
  title: string | null;
  show_key_as_code: ShowKeyAsCode | null;
}

/** What is said above the result, and what it is: `text`, `plotly`, … or a language. */
export interface ResultDisplay {
  title: string | null;
  type: string | null;
}

/** How the calls of one function are shown. `open`: unfolded from the start. */
export interface FunctionDisplay {
  header: HeaderDisplay;
  arguments: ArgumentsDisplay;
  result: ResultDisplay;
  open: boolean;
}

/** How the field to write in looks, and whether files may be attached in it. */
export interface PromptConfig {
  placeholder: string;
  allow_upload: boolean;
}

export type Theme = "auto" | "light" | "dark";

export type SendKey = "enter" | "mod+enter";

/** What a page may know of the configuration; nothing else of it ever leaves the server. */
export interface PageConfig {
  title: string;
  logo_small: string | null;
  favicon: string | null;
  models: string[];
  agent_name: string;
  greeting: string;
  disclaimer: string;
  messages: Message[];
  functions: Record<string, FunctionDisplay>;
  prompt: PromptConfig;
  max_files: number;
  max_file_bytes: number;
  theme: Theme;
  send_key: SendKey;
  image_hosts: string[];
  history: boolean;
  fold_code: boolean;
}
