/**
 * What a person wrote leaves once, in order, whatever the connection does.
 *
 * One request is under way at a time. Unanswered, it is repeated when the line is
 * open again; its id makes the repetition harmless. An answer ends it. What the
 * page shows meanwhile is the business of state/.
 */
import { HttpRefusal, postContent } from "./http";
import {
  MAX_CONTENT_BY_SOCKET,
  type Accepted,
  type Edit,
  type Refusal,
  type Regenerate,
  type Send,
} from "./protocol.gen";
import { isSignedOut, type Answer, type Line } from "./socket";

export type Write = Send | Edit | Regenerate;

export interface Parcel {
  readonly id: string;
  /** Made when its turn comes: an earlier parcel may have learnt the chat's id by then. */
  write(): Write;
  accepted(answer: Accepted): void;
  failed(refusal: Refusal): void;
  /** The server has not taken it, and will once the person has signed in again. */
  held(): void;
}

const TOO_LONG: Refusal = {
  code: "too_large",
  sentence: "The message is too long for the server.",
};
const BROKEN: Refusal = {
  code: "bad_request",
  sentence: "The server gave an answer that this page does not understand.",
};

const NOT_TAKEN: Refusal = {
  code: "bad_request",
  sentence: "The message could not be handed to the server.",
};

const SIGNED_OUT: Answer = { refused: { code: "signed_out", sentence: "" } };

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export class Outbox {
  #line: Line;
  #queue: Parcel[] = [];
  #busy = false;

  constructor(line: Line) {
    this.#line = line;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  post(parcel: Parcel): void {
    this.#queue.push(parcel);
    void this.flush();
  }

  /** Take a parcel back. What the server has got already, it keeps. */
  withdraw(id: string): void {
    this.#queue = this.#queue.filter((parcel) => parcel.id !== id);
  }

  /** The connection was closed because of a message's size: its parcel must never be repeated. */
  tooLarge(): void {
    const parcel = this.#busy ? this.#queue.shift() : undefined;
    parcel?.failed(TOO_LONG);
  }

  /** Send what waits, while the line is open. Called whenever it opens. */
  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue[0]; next && this.#line.online; next = this.#queue[0]) {
        if (!(await this.#deliver(next))) break;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** False: no answer, so it stays first in the queue. */
  async #deliver(parcel: Parcel): Promise<boolean> {
    const answer = await this.#answerTo(parcel);
    if (!this.#queue.includes(parcel)) return true;
    if (answer !== null && isSignedOut(answer)) {
      parcel.held();
      return false;
    }
    if (answer === null) {
      // On a line that is open the repetition is made by a new connection.
      this.#line.restart();
      return false;
    }
    this.withdraw(parcel.id);
    if ("refused" in answer) parcel.failed(answer.refused as Refusal);
    else if ("conversation" in answer) parcel.accepted({ conversation: answer.conversation });
    else parcel.failed(BROKEN);
    return true;
  }

  /** Null: nobody answered, by socket or by HTTP. */
  async #answerTo(parcel: Parcel): Promise<Answer | null> {
    try {
      return await this.#line.request(await small(parcel.write()));
    } catch (error) {
      if (!(error instanceof HttpRefusal)) return null;
      if (error.status === 401) return SIGNED_OUT;
      return { refused: error.status === 413 ? TOO_LONG : NOT_TAKEN };
    }
  }
}

/** The same write, with content too long for the socket posted by HTTP and named instead. */
async function small(write: Write): Promise<Write> {
  if (!("content" in write) || write.content === undefined) return write;
  if (bytes(write.content) <= MAX_CONTENT_BY_SOCKET) return write;
  const { content, ...rest } = write;
  return { ...rest, content_id: (await postContent(content)).content_id };
}
