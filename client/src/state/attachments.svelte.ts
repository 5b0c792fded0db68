/**
 * The files of a draft: each on its way to the server, there, or refused.
 *
 * One that is there is named in the draft that is kept, and survives a reload. How a
 * file travels is wire/upload.ts's business; what is said with it, chat's.
 */
import type { Attachment } from "../wire/protocol.gen";
import { upload as send, UploadRefused, type Uploading } from "../wire/upload";
import { isPicture } from "./draft";
import { fileSize } from "./fileSize";
import { newId } from "./ids";
import { previews } from "./previews";
import { said } from "./said.svelte";

export interface Limits {
  readonly max_files: number;
  readonly max_file_bytes: number;
}

/** Uploads under way at once; more would only share the line. */
const AT_ONCE = 3;

const BROKEN = "The upload was cut off.";

/** One file of a draft. */
export class Upload {
  readonly key = newId();
  readonly name: string;
  readonly size: number;
  /** From 0 to 1. */
  share = $state(0);
  state = $state<"waiting" | "uploading" | "done" | "failed">("waiting");
  problem = $state("");
  /** Whether a failed one may be tried again: a file that was refused is refused again. */
  repeatable = $state(false);
  attachment = $state.raw<Attachment | null>(null);
  /** Null for one that was uploaded before this page was opened. */
  readonly file: File | null;
  /** Where this page itself can show it, if it is a picture. */
  readonly preview: string | null = null;
  under: Uploading | null = null;

  constructor(of: File | Attachment) {
    this.name = of.name;
    this.size = of.size;
    this.file = "id" in of ? null : of;
    if ("id" in of) {
      this.attachment = of;
      this.state = "done";
      this.preview = previews.of(of.id);
    } else if (isPicture(of.type)) this.preview = URL.createObjectURL(of);
  }

  get type(): string {
    return this.attachment?.type ?? this.file?.type ?? "";
  }
}

export class Attachments {
  /** Whether the server can be reached: until then uploads wait. */
  #online = true;
  #list = $state.raw<Upload[]>([]);
  readonly #changed: () => void;
  readonly #send: typeof send;

  constructor(changed: () => void, by: typeof send = send) {
    this.#changed = changed;
    this.#send = by;
  }

  get all(): readonly Upload[] {
    return this.#list;
  }

  get done(): Attachment[] {
    return this.#list.flatMap(({ attachment }) => attachment ?? []);
  }

  /** On their way: a message waits for them. */
  get underWay(): number {
    return this.#list.filter(({ state }) => state === "waiting" || state === "uploading").length;
  }

  get failed(): boolean {
    return this.#list.some(({ state }) => state === "failed");
  }

  /** What keeps a message from being sent, and the way on; null if nothing does. */
  get obstacle(): string | null {
    const failed = this.#list.filter(({ state }) => state === "failed");
    if (failed.length === 0) return null;
    const way = failed.every(({ repeatable }) => repeatable) ? "Retry or remove" : "Remove";
    return `${way} ${failed.map(({ name }) => name).join(", ")} to send.`;
  }

  /** Begin to upload. Returns a sentence about those that are not taken, or null. */
  add(files: readonly File[], limits: Limits): string | null {
    const room = limits.max_files - this.#list.length;
    const fitting = files.filter(({ size }) => size > 0 && size <= limits.max_file_bytes);
    this.#list = [...this.#list, ...fitting.slice(0, Math.max(0, room)).map((file) => new Upload(file))];
    this.#next();
    return refusal(files, fitting, room, limits);
  }

  remove(upload: Upload): void {
    this.#list = this.#list.filter((each) => each !== upload);
    upload.under?.cancel();
    if (upload.attachment !== null) previews.drop(upload.attachment.id);
    else if (upload.preview !== null) URL.revokeObjectURL(upload.preview);
    said.say(`${upload.name} removed.`);
    this.#changed();
    this.#next();
  }

  retry(upload: Upload): void {
    upload.state = "waiting";
    this.#next();
  }

  /** What broke off with the line goes on when it is open again. */
  set online(online: boolean) {
    const back = online && !this.#online;
    this.#online = online;
    if (!back) return;
    for (const upload of this.#list)
      if (upload.state === "failed" && upload.problem === BROKEN) upload.state = "waiting";
    this.#next();
  }

  /** Show these instead; they are uploaded already. */
  replace(files: readonly Attachment[]): void {
    for (const { under } of this.#list) under?.cancel();
    this.#list = files.map((file) => new Upload(file));
  }

  /** Files that could not be sent come back, before those attached since. */
  restore(files: readonly Attachment[]): void {
    const known = new Set(this.done.map(({ id }) => id));
    const back = files.filter(({ id }) => !known.has(id));
    this.#list = [...back.map((file) => new Upload(file)), ...this.#list];
  }

  #next(): void {
    if (!this.#online) return;
    const free = AT_ONCE - this.#list.filter(({ state }) => state === "uploading").length;
    const waiting = this.#list.filter(({ state }) => state === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, free))) void this.#begin(upload);
  }

  async #begin(upload: Upload): Promise<void> {
    if (upload.file === null) return;
    upload.state = "uploading";
    upload.share = 0;
    upload.under = this.#send(upload.file, (share) => (upload.share = share));
    try {
      const attachment = await upload.under.done;
      if (upload.preview !== null) previews.keep(attachment.id, upload.preview);
      upload.attachment = attachment;
      upload.state = "done";
      said.say(`${upload.name} attached.`);
    } catch (error) {
      const refused = error instanceof UploadRefused;
      upload.problem = refused ? error.message : BROKEN;
      upload.repeatable = !refused || error.passing;
      upload.state = refused || this.#online ? "failed" : "waiting";
      if (upload.state === "failed" && this.#list.includes(upload)) said.say(`${upload.name}: ${upload.problem}`);
    }
    upload.under = null;
    this.#changed();
    this.#next();
  }
}

function refusal(
  files: readonly File[],
  fitting: readonly File[],
  room: number,
  { max_files, max_file_bytes }: Limits,
): string | null {
  const large = files.filter(({ size }) => size > max_file_bytes);
  const empty = files.filter(({ size }) => size === 0);
  const names = (some: readonly File[]): string => some.map(({ name }) => `“${name}”`).join(", ");
  const told = [
    large.length > 0 ? `${names(large)}: at most ${fileSize(max_file_bytes)} may be attached.` : "",
    empty.length > 0 ? `${names(empty)}: there is nothing in it.` : "",
    fitting.length > room ? `A message may carry ${String(max_files)} files at most.` : "",
  ];
  return told.filter(Boolean).join(" ") || null;
}
