/**
 * Carries what a person asks for to the server, and what the server says into the
 * room on screen. It owns the socket, and decides nothing: what is asked, and what
 * an answer means for address and draft, is chat's business.
 */
import { fetchNode, fetchSnapshot, isBroken, isSignedOut } from "../wire/http";
import { Outbox, type Write } from "../wire/outbox";
import type {
  Accepted,
  ConversationsFrame,
  PageConfig,
  Refusal,
  Request as Asked,
} from "../wire/protocol.gen";
import { Reader, type ReaderListener } from "../wire/reader";
import { ServerSocket, type Answer, type Connection, type SocketListener } from "../wire/socket";
import type { Intent } from "./intents.svelte";
import type { Room } from "./room.svelte";

export interface CourierListener {
  connection(connection: Connection): void;
  config(config: PageConfig): void;
  /** How the list of chats changed. */
  conversations(frame: ConversationsFrame): void;
  /** Connected, or caught up: something about the list of chats may have been missed. */
  opened(): void;
  /** The server accepted an intent; a new chat has got its id. */
  accepted(room: Room, intent: Intent, answer: Accepted): void;
  failed(room: Room, intent: Intent, refusal: Refusal): void;
  /** Something that was asked in passing was refused. */
  refused(refusal: Refusal): void;
  /** The conversation on screen cannot be had. */
  gone(room: Room, refusal: Refusal): void;
}

export class Courier {
  #listener: CourierListener;
  #room: Room | null = null;
  #reader: Reader | null = null;
  #readers = new WeakMap<Room, Reader>();
  #socket: ServerSocket;
  #outbox: Outbox;
  /** Stopped by the person while the server could not be told. */
  #untold = new Set<Room>();

  constructor(listener: CourierListener, dev = false, person?: string) {
    this.#listener = listener;
    const line: SocketListener = {
      connection: (connection) => listener.connection(connection),
      failed: () => void this.#askWhy(dev),
      opened: () => this.#opened(),
      events: (frame) => this.#reader?.receive(frame),
      conversations: (frame) => listener.conversations(frame),
      resync: () => this.#missed(),
      refused: (refusal) => listener.refused(refusal),
      config: (config) => listener.config(config),
      tooLarge: () => this.#outbox.tooLarge(),
    };
    this.#socket = new ServerSocket(line, dev, person);
    this.#outbox = new Outbox(this.#socket);
  }

  get online(): boolean {
    return this.#socket.online;
  }

  connect(): void {
    this.#socket.connect();
  }

  reconnectNow(): void {
    this.#socket.reconnectNow();
  }

  /** Ask for whatever was missed, in case something was. */
  sync(): void {
    this.#reader?.sync();
  }

  /** Keep `room`, and no other, level with the server: at once, or when it has got its id. */
  follow(room: Room): void {
    if (room !== this.#room) this.#reader?.rest();
    else if (this.#reader !== null) return;
    this.#room = room;
    this.#reader = room.id === null ? null : (this.#readers.get(room) ?? this.#readerFor(room, room.id));
    this.#reader?.sync();
  }

  post(room: Room, intent: Intent, write: () => Write): void {
    if (!this.online) intent.delivered({ state: "waiting" });
    room.intents.add(intent);
    this.#outbox.post({
      id: intent.id,
      write: () => {
        intent.delivered({ state: "sending" });
        return write();
      },
      accepted: (answer) => this.#listener.accepted(room, intent, answer),
      failed: (refusal) => this.#listener.failed(room, intent, refusal),
      held: () => intent.delivered({ state: "waiting" }),
    });
  }

  withdraw(id: string): void {
    this.#outbox.withdraw(id);
  }

  /** Null: nobody answered. A refusal is told to the listener as well. */
  async ask(request: Asked): Promise<Answer | null> {
    try {
      const answer = await this.#socket.request(request);
      if ("refused" in answer) this.#listener.refused(answer.refused as Refusal);
      return answer;
    } catch {
      return null;
    }
  }

  /** Stop what runs in `room`: now, or as soon as the server can be told. */
  async tellStop(room: Room): Promise<void> {
    if (room.id === null) return;
    const told = await this.ask({ type: "stop", conversation: room.id });
    if (told !== null) this.#untold.delete(room);
    else this.#untold.add(room);
  }

  /** A browser is not told why it cannot connect; by HTTP it is. */
  async #askWhy(dev: boolean): Promise<void> {
    // The page of the error knows the way back; drafts are kept.
    if (dev && (await isBroken())) location.reload();
    else if (await isSignedOut()) this.#socket.signedOut();
  }

  #opened(): void {
    this.#missed();
    void this.#outbox.flush();
    for (const room of this.#untold) void this.tellStop(room);
  }

  #missed(): void {
    this.sync();
    this.#listener.opened();
  }

  #readerFor(room: Room, conversation: string): Reader {
    const fetches = { snapshot: fetchSnapshot, node: fetchNode };
    const changed = (change: () => void): void => {
      change();
      reader.running = room.conversation.state.runs.size > 0;
    };
    const listener: ReaderListener = {
      snapshot: (snapshot) => changed(() => room.load(snapshot)),
      node: (node) => changed(() => room.put(node)),
      events: (events) =>
        changed(() => {
          for (const torn of room.apply(events)) void reader.refetch(torn);
        }),
      gone: (refusal) => this.#listener.gone(room, refusal),
    };
    const reader = new Reader(conversation, this.#socket, fetches, listener, room.born);
    this.#readers.set(room, reader);
    return reader;
  }
}
