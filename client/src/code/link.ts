/**
 * The one worker: begun when it is first needed, begun anew when it dies or hangs, and given up when
 * it cannot live. Whatever happens to it, the code is on the page as it was written.
 */
import type { Reply, Request } from "./messages";
import address from "./worker?worker&url";

/**
 * Milliseconds of silence after `begun` that mean it hangs: twice what the first line of C++, whose
 * expressions are compiled as they are met, takes on a busy small machine. They are counted in ticks …
 */
const SILENCE = 5_000;
/** … so that a page that was held up itself does not take its own absence for silence. */
const TICK = 250;
/** How many workers one page tries. */
const LIVES = 4;

export interface Listener {
  hear(reply: Exclude<Reply, { say: "begun" }>): void;
  /** All that was sent is forgotten. `guilty`: the block it was busy with. */
  lost(guilty: number | null): void;
}

export class Link {
  #worker: Worker | null = null;
  #lives = LIVES;
  #busyWith: number | null = null;
  #silent = 0;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(readonly listener: Listener) {}

  /** It cannot live on this page: nothing is heard of what is sent. */
  get dead(): boolean {
    return this.#lives <= 0;
  }

  send(request: Request): void {
    if (this.dead) return;
    try {
      this.#worker ??= this.#begin();
    } catch {
      // A page that frames ours, or a browser, may know no workers.
      this.#lives = 0;
      return;
    }
    this.#worker.postMessage(request);
  }

  #begin(): Worker {
    const worker = new Worker(trusted(address) as string, { type: "module", name: "code" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      this.#hear(data);
    });
    worker.addEventListener("error", () => {
      this.#lose();
    });
    return worker;
  }

  #hear(reply: Reply): void {
    this.#silent = 0;
    if (reply.say === "begun") {
      this.#busyWith = reply.block;
      this.#ticking ??= setInterval(() => {
        this.#tick();
      }, TICK);
      return;
    }
    this.#rest();
    this.listener.hear(reply);
  }

  #tick(): void {
    this.#silent += TICK;
    if (this.#silent >= SILENCE) this.#lose();
  }

  #rest(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.#busyWith = null;
    this.#silent = 0;
  }

  #lose(): void {
    const guilty = this.#busyWith;
    this.#worker?.terminate();
    this.#worker = null;
    this.#rest();
    // One that never got to work will not do so the next time either.
    this.#lives = guilty === null ? 0 : this.#lives - 1;
    this.listener.lost(guilty);
  }
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

/** The page lets no script be loaded by its address, save this one. */
function trusted(url: string): unknown {
  policy ??= (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy(
    "gptchat-worker",
    {
      createScriptURL(asked) {
        if (asked !== address) throw new TypeError(`${asked} is not the page's worker.`);
        return asked;
      },
    },
  );
  return policy?.createScriptURL(url) ?? url;
}

let policy: ReturnType<Policies["createPolicy"]> | undefined;
