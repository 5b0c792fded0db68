/** A thread of its own for reading code, so that no word waits for a colour. */
import type { Request } from "./messages";
import { Reader } from "./reader";

const reader = new Reader((reply) => {
  self.postMessage(reply);
});

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  reader.receive(data);
});
