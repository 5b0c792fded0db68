/**
 * The one socket: a channel to the server, and another one whenever that breaks.
 *
 * It connects, says which protocol the page speaks, reconnects with patience,
 * carries a request to its answer, and hands frames on. It knows no conversation:
 * what is missed is found by reader.ts, what must not be lost is repeated by outbox.ts.
 */
import { backoff } from "./backoff";
import { Channel } from "./channel";
import {
  PROTOCOL,
  type Accepted,
  type ConversationsFrame,
  type EventsFrame,
  type PageConfig,
  type Refusal,
  type Refused,
  type Request as Asked,
  type ResetAnswer,
  type SyncAnswer,
} from "./protocol.gen";

export type Status = "connecting" | "online" | "reconnecting" | "offline" | "version" | "signed-out";

export interface Connection {
  status: Status;
  /** When the next attempt is made, in milliseconds since 1970; null while one is under way. */
  nextAttempt: number | null;
}

export type Answer = Accepted | Refused | SyncAnswer | ResetAnswer | Record<string, never>;

/** No answer came: the connection broke, or patience ran out. The request may have arrived. */
export class NoAnswer extends Error {
  constructor(type: string) {
    super(`The server has not answered "${type}".`);
  }
}

/** What reader.ts and outbox.ts need of a socket. */
export interface Line {
  readonly online: boolean;
  request(request: Asked): Promise<Answer>;
  /** The line seems open and brings nothing: close it and connect anew. */
  restart(): void;
}

export interface SocketListener {
  connection(connection: Connection): void;
  /** An attempt to connect has failed, and another will be made. */
  failed(): void;
  /** Connected, for the first time or again. */
  opened(): void;
  events(frame: EventsFrame): void;
  /** How the list of chats changed. */
  conversations(frame: ConversationsFrame): void;
  resync(): void;
  refused(refusal: Refusal): void;
  config(config: PageConfig): void;
  /** The server would not take a message of this size; it must not be repeated. */
  tooLarge(): void;
}

/** While a program is being written nobody else comes back, and somebody is waiting. */
const DEV_WAIT_MS = 500;
/** Close code of a message that was too large; the same message would close the next one too. */
const TOO_LARGE = 1009;

export class ServerSocket implements Line {
  readonly #listener: SocketListener;
  readonly #address: URL;
  readonly #auth: object;
  /** Null between two tries. */
  #channel: Channel | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #connection: Connection = { status: "connecting", nextAttempt: null };

  constructor(
    listener: SocketListener,
    private readonly dev = false,
    person?: string,
    base: string = document.baseURI,
  ) {
    this.#listener = listener;
    this.#address = new URL("socket.io/", base);
    this.#auth = person === undefined ? { protocol: PROTOCOL } : { protocol: PROTOCOL, person };
    addEventListener("online", () => this.reconnectNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.online) this.reconnectNow();
    });
  }

  get online(): boolean {
    return this.#connection.status === "online";
  }

  connect(): void {
    if (this.#connection.status === "version" || this.#channel?.isOpen === true) return;
    clearTimeout(this.#timer);
    this.#become(this.#connection.status, null);
    // An attempt that is under way goes on.
    this.#channel ??= new Channel(this.#address, this.#auth, {
      opened: () => this.#opened(),
      event: (name, frame) => this.#event(name, frame),
      failed: (refusal) => this.#failed(refusal),
      closed: (code) => this.#closed(code),
    });
  }

  /** The person, the network or the page's return says: try at once. */
  reconnectNow(): void {
    this.#attempt = 0;
    this.connect();
  }

  /** The server does not know this browser any more. It is asked again when the person comes back. */
  signedOut(): void {
    clearTimeout(this.#timer);
    this.#become("signed-out", null);
    this.#channel?.close();
  }

  restart(): void {
    if (this.online) this.#channel?.close();
  }

  async request(request: Asked): Promise<Answer> {
    const channel = this.#channel;
    if (channel?.isOpen !== true) throw new NoAnswer(request.type);
    const { type, ...rest } = request;
    let answer: Answer;
    try {
      answer = (await channel.request(type, rest)) as Answer;
    } catch {
      throw new NoAnswer(type);
    }
    if (isSignedOut(answer)) this.signedOut();
    return answer;
  }

  #opened(): void {
    this.#attempt = 0;
    this.#become("online", null);
    this.#listener.opened();
  }

  #event(name: string, frame: unknown): void {
    const listener = this.#listener;
    if (name === "events") listener.events(frame as EventsFrame);
    else if (name === "conversations") listener.conversations(frame as ConversationsFrame);
    else if (name === "resync") listener.resync();
    else if (name === "refused") listener.refused(frame as Refusal);
    else if (name === "config") listener.config(frame as PageConfig);
  }

  #failed(refusal: unknown): void {
    this.#channel = null;
    const { code } = (refusal ?? {}) as { code?: unknown };
    if (code === "version") return this.#become("version", null);
    if (code === "signed_out") return this.signedOut();
    this.#retryLater();
    this.#listener.failed();
  }

  #closed(code: number | null): void {
    this.#channel = null;
    if (code === TOO_LARGE) this.#listener.tooLarge();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#connection.status === "signed-out") return;
    const wait = this.dev ? DEV_WAIT_MS : backoff(this.#attempt++);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), wait);
    // "Offline" only names what is seen: a server on this machine answers without a network.
    this.#become(navigator.onLine ? "reconnecting" : "offline", Date.now() + wait);
  }

  #become(status: Status, nextAttempt: number | null): void {
    this.#connection = { status, nextAttempt };
    this.#listener.connection(this.#connection);
  }
}

/** Refused not for what was asked, but for who asks. */
export const isSignedOut = (answer: Answer): boolean =>
  "refused" in answer && (answer.refused as Refusal).code === "signed_out";
