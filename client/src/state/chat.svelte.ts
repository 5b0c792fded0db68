/**
 * Where everything meets: the conversation on screen, the draft, the connection. Its methods
 * are what a person can do; components call them and read it.
 *
 * Which conversation that is, and all others, is chats' business; what the page shows
 * meanwhile room's; how things travel courier's.
 */
import { onAnotherBuild } from "../wire/build";
import type { PageInfo } from "../wire/http";
import type { Write } from "../wire/outbox";
import type { Accepted, PageConfig, PersonInfo, Refusal } from "../wire/protocol.gen";
import type { Connection } from "../wire/socket";
import { Chats } from "./chats.svelte";
import { Composer } from "./composer.svelte";
import { ConnectionState } from "./connection.svelte";
import { Courier } from "./courier";
import { type Draft, draftOf, isSame, said } from "./draft";
import { newId } from "./ids";
import { Intent } from "./intents.svelte";
import { Leaving } from "./leaving";
import { Preferences } from "./preferences.svelte";
import type { Room } from "./room.svelte";
import { watchPage } from "./watching";

/** More than this many unsent messages are a mistake, not a plan. */
const QUEUE_LIMIT = 20;

export class Chat {
  config = $state.raw() as PageConfig;
  readonly connection = new ConnectionState();
  readonly preferences: Preferences;
  /** Whom the page is for, where people sign in. */
  readonly person: PersonInfo | null;
  readonly composer: Composer;
  readonly chats: Chats;
  /** One sentence about something that could not be done. */
  problem = $state<string | null>(null);
  /** The user message whose editor is open. */
  editing = $state<string | null>(null);
  /** Counted up when the person asks for an answer: the view anchors on it. */
  asked = $state(0);

  readonly turns = $derived.by(() => this.room.turns);
  readonly busy = $derived.by(() => this.room.busy);
  readonly loading = $derived.by(() => this.room.loading);
  /** Who answers next; null where there is nobody to choose from. */
  readonly model = $derived.by(() => {
    const { models } = this.config;
    const wanted = [this.room.model, this.preferences.model, models[0]];
    return wanted.find((name) => name != null && models.includes(name)) ?? null;
  });
  readonly conversationId = $derived.by(() => this.room.id);
  #courier: Courier;
  readonly #leaving = new Leaving();

  constructor(info: PageInfo) {
    this.config = info.config;
    this.person = info.person ?? null;
    this.preferences = new Preferences(info.config.theme);
    this.chats = new Chats({
      ask: (request) => this.#courier.ask(request),
      presets: () => this.config.messages,
      shown: () => this.#shown(),
      gone: (refusal) => this.#gone(this.room, refusal),
      problem: (sentence) => (this.problem = sentence),
    });
    this.composer = new Composer(this.room.id);
    this.composer.onready = () => this.send();
    this.#courier = new Courier({
      connection: (connection) => this.#connected(connection),
      config: (config) => this.#configured(config),
      accepted: (room, intent, answer) => this.#accepted(room, intent, answer),
      failed: (room, intent, refusal) => this.#failed(room, intent, refusal),
      refused: ({ sentence }) => (this.problem = sentence),
      gone: (room, refusal) => this.#gone(room, refusal),
      conversations: (frame) => this.chats.take(frame),
      opened: () => this.#opened(),
    }, info.dev, info.person?.key);
    this.#courier.follow(this.room);
    this.#courier.connect();
    watchPage(this.composer, this.chats, () => this.#courier.sync(), this.#leaving);
    onAnotherBuild(() => this.connection.outdated());
  }

  /** The conversation on screen; another object for another chat. */
  get room(): Room {
    return this.chats.screen.room;
  }

  // ------------------------------------------------------------ what a person can do

  send(): void {
    const { composer } = this;
    if (composer.isEmpty || this.room.intents.all.length >= QUEUE_LIMIT) return;
    composer.wanted = !composer.attachments.failed;
    if (composer.attachments.failed || composer.attachments.underWay > 0) return;
    this.#send(new Intent("send", newId(), undefined, this.composer.take()));
  }

  /** Let another model answer from now on. */
  choose(model: string): void {
    this.room.model = model;
    this.preferences.model = model;
  }

  stop(): void {
    this.room.stop();
    void this.#courier.tellStop(this.room);
  }

  /** Attach files to what is being written; what is not taken is told. */
  attach(files: readonly File[]): void {
    if (this.config.prompt.allow_upload) this.problem = this.composer.attachments.add(files, this.config);
  }

  /** Say this instead of message `id`, on a branch of its own. */
  edit(id: string, draft: Draft): void {
    this.editing = null;
    const { room } = this;
    const node = room.conversation.state.nodes.get(id);
    const conversation = room.id;
    if (node === undefined || conversation === null) return;
    if (isSame(draftOf(node.message), draft)) return this.regenerate(id);
    const intent = new Intent("edit", newId(), node.parent, draft);
    const asked = { type: "edit", conversation, message: id, id: intent.id } as const;
    const write = { ...asked, ...said(draft), ...this.#chosen };
    this.#interrupt(intent, () => write);
  }

  regenerate(id: string): void {
    const said = this.room.saidAbove(id);
    const conversation = this.room.id;
    if (said === null || conversation === null) return;
    const intent = new Intent("regenerate", newId(), said, null);
    const write = { type: "regenerate", conversation, message: id, id: intent.id, ...this.#chosen } as const;
    this.#interrupt(intent, () => write);
  }

  /** Try again: a message that was not sent, or an answer that failed. */
  retry(id: string): void {
    const unsent = this.room.intents.get(id);
    if (unsent === undefined) return this.regenerate(id);
    this.discard(id);
    this.#send(new Intent("send", id, undefined, unsent.draft));
  }

  /** Delete a message that was not sent. */
  discard(id: string): void {
    this.#courier.withdraw(id);
    this.room.intents.drop(id);
  }

  /** Show the branch through message `id`. */
  select(id: string): void {
    const conversation = this.room.id;
    if (conversation !== null) void this.#courier.ask({ type: "select", conversation, message: id });
  }

  /** Edit what was said last; `false` if nothing was. */
  editLast(): boolean {
    const last = this.turns.findLast((turn) => turn.user !== null)?.user;
    if (!last || last.delivery !== null || this.conversationId === null) return false;
    this.editing = last.node.id;
    return true;
  }

  async signOut(): Promise<void> {
    if (!(await this.#leaving.signOut())) this.problem = "You could not be signed out. Try again.";
  }

  reconnectNow(): void {
    this.#courier.reconnectNow();
  }

  // ------------------------------------------------------------ what comes of it

  #send(intent: Intent): void {
    const { room } = this;
    const { id, draft } = intent;
    const asked = { type: "send", id, parent: null, ...said(draft), ...this.#chosen } as const;
    this.#post(intent, () => ({ ...asked, conversation: room.id }));
  }

  /** What goes with a request of the person's choice, as it is when they ask. */
  get #chosen(): { model?: string } {
    return this.model === null ? {} : { model: this.model };
  }

  /** Another version takes the place of what is being written. */
  #interrupt(intent: Intent, write: () => Write): void {
    if (this.busy) this.stop();
    this.#post(intent, write);
  }

  #post(intent: Intent, write: () => Write): void {
    this.problem = null;
    this.asked += 1;
    this.#courier.post(this.room, intent, write);
  }

  #connected(connection: Connection): void {
    this.connection.take(connection);
    this.composer.attachments.online = connection.status === "online";
  }

  #accepted(room: Room, intent: Intent, { conversation }: Accepted): void {
    room.accepted(intent);
    if (room.id === null) this.#named(room, conversation);
    if (intent.stopped) void this.#courier.tellStop(room);
  }

  /** A new chat has got its id: the address and the draft go with it. */
  #named(room: Room, conversation: string): void {
    this.chats.screen.named(room, conversation);
    if (room !== this.room) return;
    this.composer.rename(conversation);
    this.#courier.follow(room);
  }

  #failed(room: Room, intent: Intent, { sentence }: Refusal): void {
    if (intent.kind === "send") return intent.delivered({ state: "failed", sentence });
    // What it would have replaced is shown again; the words go back to the person.
    room.intents.drop(intent.id);
    this.problem = sentence;
    if (room === this.room && intent.draft !== null) this.composer.restore(intent.draft);
  }

  #gone(room: Room, { sentence }: Refusal): void {
    if (room !== this.room) return;
    this.chats.screen.leave();
    this.problem = sentence;
  }

  /** Another chat is on screen; what runs in the one before goes on. */
  #shown(): void {
    this.editing = null;
    this.problem = null;
    this.composer.turnTo(this.room.id);
    this.#courier.follow(this.room);
  }

  #opened(): void {
    if (this.config.history) void this.chats.history.load();
    this.chats.look();
  }

  #configured(config: PageConfig): void {
    // Told with every connection: nearly always it is what the page knows.
    if (JSON.stringify(config) === JSON.stringify(this.config)) return;
    this.config = config;
    this.preferences.configured = config.theme;
    this.#opened();
    const { id, intents, conversation } = this.room;
    if (id === null && intents.all.length === 0) conversation.open(config.messages);
  }
}
