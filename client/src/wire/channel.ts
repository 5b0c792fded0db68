/**
 * Socket.IO's words over one WebSocket: opened, asked, answered, gone. For another try there is another one.
 *
 * It is as much of the protocol (Engine.IO 4, Socket.IO 5) as this page speaks: one namespace, JSON, answers.
 * Whether to connect anew, and when, is socket.ts's to say.
 */

/** The first digit is Engine.IO's, which knows of packets and heartbeats; the second is Socket.IO's. */
const OPEN = "0";
const PING = "2";
const PONG = "3";
const CONNECT = "40";
const DISCONNECT = "41";
const EVENT = "42";
const ACK = "43";
const REFUSED = "44";

const OPENS_WITHIN_MS = 20_000;
const ANSWERS_WITHIN_MS = 10_000;

export interface ChannelListener {
  opened(): void;
  event(name: string, frame: unknown): void;
  /** It never opened. `refusal`: what the server gave as its reason, if it was the server. */
  failed(refusal: unknown): void;
  /** It is no longer open. `code`: the WebSocket's, if it was not closed here. */
  closed(code: number | null): void;
}

interface Asked {
  resolve(answer: unknown): void;
  reject(): void;
}

export class Channel {
  readonly #socket: WebSocket;
  readonly #gone = new AbortController();
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #isOpen = false;
  /** Without a word from the server for so long it is dead. */
  #silence = OPENS_WITHIN_MS;
  #deadAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `address`: where Socket.IO lives, by HTTP. `auth`: what the page says of itself. */
  constructor(
    address: URL,
    readonly auth: object,
    readonly listener: ChannelListener,
  ) {
    const url = new URL("?EIO=4&transport=websocket", address);
    url.protocol = url.protocol.replace("http", "ws");
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({ data }) => this.#hear(String(data));
    this.#socket.onclose = ({ code }) => this.#end(code);
    addEventListener("offline", () => this.close(), { signal: this.#gone.signal });
    this.#awaitWord();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Ask, and be answered. It fails if no answer comes; the question may have arrived. */
  request(type: string, body: object): Promise<unknown> {
    const id = ++this.#lastId;
    let timer: ReturnType<typeof setTimeout> | undefined;
    return new Promise((resolve, reject: () => void) => {
      timer = setTimeout(reject, ANSWERS_WITHIN_MS);
      this.#asked.set(id, { resolve, reject });
      this.#say(EVENT + String(id) + JSON.stringify([type, body]));
    }).finally(() => {
      clearTimeout(timer);
      this.#asked.delete(id);
    });
  }

  close(): void {
    this.#end(null);
  }

  #say(packet: string): void {
    // The timers of a page that has slept are late.
    if (Date.now() > this.#deadAt) this.close();
    else this.#socket.send(packet);
  }

  #hear(packet: string): void {
    const [, kind = "", id = ""] = /^(4?\d)(\d*)/.exec(packet.slice(0, 20)) ?? [];
    let content: unknown;
    try {
      content = JSON.parse(packet.slice(kind.length + id.length) || "null");
    } catch {
      return this.close(); // Not the server we know.
    }
    this.#take(kind, Number(id), content);
  }

  #take(kind: string, id: number, content: unknown): void {
    if (kind === OPEN) this.#welcomed(content as { pingInterval: number; pingTimeout: number });
    else if (kind === PING) {
      this.#awaitWord();
      this.#say(PONG);
    } else if (kind === CONNECT) {
      this.#isOpen = true;
      this.listener.opened();
    } else if (kind === EVENT) this.listener.event(...(content as [string, unknown]));
    else if (kind === ACK) this.#asked.get(id)?.resolve((content as unknown[])[0]);
    else if (kind === REFUSED) this.#end(null, (content as { data?: unknown } | null)?.data);
    else if (kind === DISCONNECT) this.close();
  }

  #welcomed({ pingInterval, pingTimeout }: { pingInterval: number; pingTimeout: number }): void {
    this.#silence = pingInterval + pingTimeout;
    this.#awaitWord();
    this.#say(CONNECT + JSON.stringify(this.auth));
  }

  #awaitWord(): void {
    this.#deadAt = Date.now() + this.#silence;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), this.#silence);
  }

  #end(code: number | null, refusal?: unknown): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    clearTimeout(this.#timer);
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    // A network that is gone would let it wait for long.
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    for (const { reject } of this.#asked.values()) reject();
    if (wasOpen) this.listener.closed(code);
    else this.listener.failed(refusal);
  }
}
