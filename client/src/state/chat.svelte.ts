/**
 * Where everything meets: the socket, the conversation on screen, the draft, the
 * address. Its methods are what a person can do; components call them and read it.
 *
 * What the page shows meanwhile is room's business; how things travel is the wire's.
 */
import { fetchNode, fetchSnapshot, type PageInfo } from "../wire/http";
import { Outbox, type Write } from "../wire/outbox";
import type { EventsFrame, PageConfig, Refusal, Request as Asked } from "../wire/protocol.gen";
import { GONE, Reader } from "../wire/reader";
import { ServerSocket, type Connection } from "../wire/socket";
import * as address from "./address";
import { Composer } from "./composer.svelte";
import { ConnectionState } from "./connection.svelte";
import { newId } from "./ids";
import { Intent } from "./intents.svelte";
import { Preferences } from "./preferences.svelte";
import { Room } from "./room.svelte";

/** More than this many unsent messages are a mistake, not a plan. */
const QUEUE_LIMIT = 20;

export class Chat {
  config = $state.raw<PageConfig>() as PageConfig;
  readonly connection = new ConnectionState();
  readonly preferences: Preferences;
  readonly composer: Composer;
  /** One sentence about something that could not be done. */
  problem = $state<string | null>(null);
  /** The user message whose editor is open. */
  editing = $state<string | null>(null);
  /** Counted up when the person asks for an answer: the view anchors on it. */
  asked = $state(0);

  /** The conversation on screen; another object for another chat. */
  room = $state.raw<Room>() as Room;
  #reader: Reader | null = null;
  #socket: ServerSocket;
  #outbox: Outbox;

  readonly turns = $derived.by(() => this.room.turns);
  readonly busy = $derived.by(() => this.room.busy);
  readonly loading = $derived.by(() => this.room.loading);
  readonly conversationId = $derived.by(() => this.room.id);

  constructor(info: PageInfo) {
    this.config = info.config;
    this.preferences = new Preferences(info.config.theme);
    const conversation = address.readAddress();
    this.composer = new Composer(conversation);
    this.room = new Room(conversation, info.config.messages);
    this.#socket = new ServerSocket({
      connection: (connection) => this.#connected(connection),
      opened: () => this.#opened(),
      events: (frame: EventsFrame) => this.#reader?.receive(frame),
      resync: () => this.#reader?.sync(),
      refused: (refusal) => (this.problem = refusal.sentence),
      config: (config) => this.#configured(config),
      tooLarge: () => this.#outbox.tooLarge(),
    });
    this.#outbox = new Outbox(this.#socket);
    this.#read();
    this.#watchPage();
    this.#socket.connect();
  }

  // ------------------------------------------------------------ what a person can do

  send(): void {
    if (this.composer.isEmpty || this.room.intents.all.length >= QUEUE_LIMIT) return;
    const room = this.room;
    const content = this.composer.take();
    const intent = new Intent("send", newId(), undefined, content);
    this.#post(room, intent, () => ({
      type: "send",
      conversation: room.id,
      id: intent.id,
      parent: null,
      content,
    }));
  }

  stop(): void {
    this.room.stop();
    this.#tellStop(this.room);
  }

  edit(id: string, content: string): void {
    this.editing = null;
    const room = this.room;
    const node = room.conversation.state.nodes.get(id);
    if (node === undefined || room.id === null) return;
    if (node.message["content"] === content) return this.regenerate(id);
    if (this.busy) this.stop();
    const [conversation, intent] = [room.id, new Intent("edit", newId(), node.parent, content)];
    this.#post(room, intent, () => ({
      type: "edit",
      conversation,
      message: id,
      id: intent.id,
      content,
    }));
  }

  regenerate(id: string): void {
    const room = this.room;
    const said = room.saidAbove(id);
    if (said === null || room.id === null) return;
    if (this.busy) this.stop();
    const [conversation, intent] = [room.id, new Intent("regenerate", newId(), said, null)];
    this.#post(room, intent, () => ({ type: "regenerate", conversation, message: id, id: intent.id }));
  }

  /** Try again: a message that was not sent, or an answer that failed. */
  retry(id: string): void {
    const intent = this.room.intents.get(id);
    if (intent === undefined) return this.regenerate(id);
    const room = this.room;
    room.intents.drop(id);
    const again = new Intent("send", id, undefined, intent.content);
    const { content } = again;
    this.#post(room, again, () => ({ type: "send", conversation: room.id, id, parent: null, content }));
  }

  /** Delete a message that was not sent. */
  discard(id: string): void {
    this.#outbox.withdraw(id);
    this.room.intents.drop(id);
  }

  /** Show the branch through message `id`. */
  select(id: string): void {
    const conversation = this.room.id;
    if (conversation !== null) void this.#ask({ type: "select", conversation, message: id });
  }

  siblings(id: string): { index: number; count: number; ids: string[] } {
    const ids = this.room.conversation.siblings(id);
    return { index: ids.indexOf(id), count: ids.length, ids };
  }

  newChat(): void {
    address.go(null);
    this.#show(null);
  }

  /** Edit what was said last; `false` if nothing was. */
  editLast(): boolean {
    const last = this.turns.findLast((turn) => turn.user !== null)?.user;
    if (!last || last.delivery !== null) return false;
    this.editing = last.node.id;
    return true;
  }

  reconnectNow(): void {
    this.#socket.reconnectNow();
  }

  // ------------------------------------------------------------ the conversation on screen

  #show(conversation: string | null): void {
    this.#reader?.close();
    this.#reader = null;
    this.editing = null;
    this.problem = null;
    this.room = new Room(conversation, this.config.messages);
    this.composer.turnTo(conversation);
    this.#read();
  }

  /** Follow the log of the conversation on screen, if the server knows it yet. */
  #read(): void {
    const room = this.room;
    if (room.id === null || this.#reader !== null) return;
    const reader = new Reader(
      room.id,
      this.#socket,
      { snapshot: fetchSnapshot, node: fetchNode },
      {
        snapshot: (snapshot) => this.#changed(room, reader, () => room.load(snapshot)),
        node: (node) => this.#changed(room, reader, () => room.put(node)),
        events: (events) =>
          this.#changed(room, reader, () => {
            for (const id of room.apply(events)) void reader.refetch(id);
          }),
        gone: (refusal) => this.#gone(refusal),
      },
    );
    this.#reader = reader;
    reader.sync();
  }

  #changed(room: Room, reader: Reader, change: () => void): void {
    change();
    reader.running = room.conversation.state.runs.size > 0;
  }

  #gone(refusal: Refusal): void {
    address.rename(null);
    this.#show(null);
    this.problem = refusal.code === "gone" ? refusal.sentence : GONE.sentence;
  }

  // ------------------------------------------------------------ the way to the server

  #post(room: Room, intent: Intent, write: () => Write): void {
    this.problem = null;
    this.asked += 1;
    if (!this.#socket.online && intent.message !== null) intent.message.delivery = { state: "waiting" };
    room.intents.add(intent);
    this.#outbox.post({
      id: intent.id,
      write: () => {
        if (intent.message !== null) intent.message.delivery = { state: "sending" };
        return write();
      },
      accepted: ({ conversation }) => this.#accepted(room, intent, conversation),
      failed: (refusal) => this.#failed(room, intent, refusal),
    });
  }

  #accepted(room: Room, intent: Intent, conversation: string): void {
    room.accepted(intent);
    if (room.id === null) {
      room.id = conversation;
      if (room === this.room) {
        address.rename(conversation);
        this.composer.rename(conversation);
        this.#read();
      }
    }
    if (intent.stopped) this.#tellStop(room);
  }

  #failed(room: Room, intent: Intent, { sentence }: Refusal): void {
    if (intent.kind === "send" && intent.message !== null) {
      intent.message.delivery = { state: "failed", sentence };
      return;
    }
    // What it would have replaced is shown again; the words go back to the person.
    room.intents.drop(intent.id);
    this.problem = sentence;
    if (room === this.room && intent.content !== "") this.composer.restore(intent.content);
  }

  #tellStop(room: Room): void {
    if (room.id !== null) void this.#ask({ type: "stop", conversation: room.id });
  }

  async #ask(request: Asked): Promise<void> {
    try {
      const answer = await this.#socket.request(request);
      if ("refused" in answer) this.problem = (answer.refused as Refusal).sentence;
    } catch {
      // No connection: the banner says so, and a stop is told again when it is back.
    }
  }

  #connected(connection: Connection): void {
    this.connection.take(connection);
  }

  #opened(): void {
    this.#reader?.sync();
    void this.#outbox.flush();
    if (this.room.stopping.any) this.#tellStop(this.room);
  }

  #configured(config: PageConfig): void {
    this.config = config;
    this.preferences.configured = config.theme;
    const room = this.room;
    if (room.id === null && room.intents.all.length === 0) room.conversation.open(config.messages);
  }

  #watchPage(): void {
    const look = (): void => {
      if (document.visibilityState === "hidden") return this.#keep();
      this.composer.save();
      this.#reader?.sync();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", () => this.#reader?.sync());
    addEventListener("pagehide", () => this.#keep());
    addEventListener("popstate", () => this.#show(address.readAddress()));
  }

  /** The page may be about to go: the draft is written down, unsent messages with it. */
  #keep(): void {
    const unsent = this.room.intents.all.filter(({ delivery }) => delivery !== "sending");
    const texts = [...unsent.map(({ content }) => content), this.composer.text];
    this.composer.save(texts.filter((text) => text.trim() !== "").join("\n\n"));
  }
}
