/**
 * Takes one file to the server and tells how far it is. `fetch` tells nothing of what
 * it sends, so this is the one place that asks by XMLHttpRequest.
 */
import type { Attachment, FileAnswer, Refusal } from "./protocol.gen";

/** The server answered, and it was no: the sentence is for the person. */
export class UploadRefused extends Error {
  constructor(
    sentence: string,
    /** Not the file is at fault: later the answer may be another. */
    readonly passing = false,
  ) {
    super(sentence);
  }
}

/** Nobody answered. */
export class UploadBroken extends Error {}

export interface Uploading {
  readonly done: Promise<Attachment>;
  cancel(): void;
}

export function upload(file: File, onprogress: (share: number) => void): Uploading {
  const request = new XMLHttpRequest();
  const done = new Promise<Attachment>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = answered(request);
      if (typeof answer === "string") reject(new UploadRefused(answer, passes(request.status)));
      else resolve(answer);
    };
    request.onerror = request.onabort = () => reject(new UploadBroken());
  });
  request.open("POST", new URL("api/files", document.baseURI));
  // Other sites' forms cannot send these headers.
  request.setRequestHeader("X-Gptchat", "1");
  request.setRequestHeader("X-File-Name", encodeURIComponent(whole(file.name)));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
  return { done, cancel: () => request.abort() };
}

/** Half of a pair, which a file system may hold, cannot be written in an address or a header. */
const whole = (name: string): string => name.replace(/\p{Surrogate}/gu, "\ufffd");

const passes = (status: number): boolean => status === 429 || status >= 500;

/** What was uploaded, or the sentence that says why it was not. */
function answered({ status, responseText }: XMLHttpRequest): Attachment | string {
  try {
    const answer = JSON.parse(responseText) as FileAnswer | { refused: Refusal };
    return "attachment" in answer ? answer.attachment : answer.refused.sentence;
  } catch {
    return status === 413 ? "The file is too large for the server." : "The server did not take it.";
  }
}

/** Where a file that was uploaded is. */
export const fileAddress = (id: string): string =>
  new URL(`files/${encodeURIComponent(id)}`, document.baseURI).href;

/** Whether the server still has a file. Unknown, when nobody answers, is taken for yes. */
export async function isThere(id: string): Promise<boolean> {
  try {
    return (await fetch(fileAddress(id), { method: "HEAD" })).status !== 404;
  } catch {
    return true;
  }
}
