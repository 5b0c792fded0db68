/**
 * The one socket, and the only file that knows Socket.IO.
 *
 * It connects, says which protocol the page speaks, reconnects with patience,
 * carries a request to its answer, and hands frames on. It knows no conversation:
 * what is missed is found by reader.ts, what must not be lost is repeated by outbox.ts.
 */
import { io, type Socket } from "socket.io-client";
import { backoff } from "./backoff";
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
const PATIENCE_MS = 10_000;
/** Close code of a message that was too large; the same message would close the next one too. */
const TOO_LARGE = 1009;

export class ServerSocket implements Line {
  #socket: Socket;
  #listener: SocketListener;
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
    const address = new URL("socket.io/", base);
    this.#socket = io(address.origin, {
      path: address.pathname,
      transports: ["websocket"],
      // Reconnecting is done here: the library's own gives no way to say when.
      reconnection: false,
      autoConnect: false,
      forceNew: true,
      auth: person === undefined ? { protocol: PROTOCOL } : { protocol: PROTOCOL, person },
    });
    this.#listen();
  }

  get online(): boolean {
    return this.#connection.status === "online";
  }

  connect(): void {
    if (this.#connection.status === "version" || this.#socket.connected) return;
    clearTimeout(this.#timer);
    this.#become(this.#connection.status, null);
    // Does nothing while an attempt is under way.
    this.#socket.connect();
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
    this.#socket.disconnect();
  }

  restart(): void {
    if (this.#socket.connected) this.#socket.io.engine.close();
  }

  async request(request: Asked): Promise<Answer> {
    if (!this.#socket.connected) throw new NoAnswer(request.type);
    const { type, ...rest } = request;
    try {
      const answer = (await this.#socket.timeout(PATIENCE_MS).emitWithAck(type, rest)) as Answer;
      if (isSignedOut(answer)) this.signedOut();
      return answer;
    } catch {
      throw new NoAnswer(type);
    }
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("connect", () => {
      this.#attempt = 0;
      this.#become("online", null);
      this.#listener.opened();
    });
    socket.on("connect_error", (error) => this.#failed(error as Error & { data?: unknown }));
    socket.on("disconnect", (_reason, details) => {
      if (closeCode(details) === TOO_LARGE) this.#listener.tooLarge();
      this.#retryLater();
    });
    socket.on("events", (frame: EventsFrame) => this.#listener.events(frame));
    socket.on("conversations", (frame: ConversationsFrame) => this.#listener.conversations(frame));
    socket.on("resync", () => this.#listener.resync());
    socket.on("refused", (refusal: Refusal) => this.#listener.refused(refusal));
    socket.on("config", (config: PageConfig) => this.#listener.config(config));
    addEventListener("online", () => this.reconnectNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.online) this.reconnectNow();
    });
  }

  #failed(error: Error & { data?: unknown }): void {
    const code = (error.data as { code?: unknown } | undefined)?.code;
    if (code === "version") return this.#become("version", null);
    if (code === "signed_out") return this.signedOut();
    this.#retryLater();
    this.#listener.failed();
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

/** Socket.IO hands the browser's CloseEvent on, wrapped once or twice by version. */
function closeCode(details: unknown): number | undefined {
  const about = details as { context?: { code?: unknown }; code?: unknown } | undefined;
  const code = about?.context?.code ?? about?.code;
  return typeof code === "number" ? code : undefined;
}
