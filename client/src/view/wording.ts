/** How durations, sizes and files are said. Pure. */
import { fileSize } from "../state/fileSize";

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${String(Math.round(seconds * 10) / 10)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)}s`;
  return `${String(Math.floor(whole / 60))}m ${String(whole % 60)}s`;
}

/** Under a tenth of a second is not worth a word. */
export function took(seconds: number | null): string {
  return seconds === null || seconds < 0.1 ? "" : duration(seconds);
}

export function thoughtFor(seconds: number | null): string {
  if (seconds === null) return "Thought";
  return seconds < 2
    ? "Thought for a couple of seconds"
    : `Thought for ${duration(Math.round(seconds))}`;
}

export function size(characters: number): string {
  return characters < 1_000_000
    ? `${String(Math.max(1, Math.round(characters / 1000)))} kB`
    : `${(characters / 1_000_000).toFixed(1)} MB`;
}

/** What a file is and how large: by the end of its name, or else by what its type says. */
export function aboutFile({ name, type, size }: { name: string; type: string; size: number }): string {
  const ending = /[^.]\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1];
  const kind = ending?.toUpperCase() ?? (type.startsWith("text/") ? "Text" : "File");
  return `${kind} · ${fileSize(size)}`;
}

/** What may be attached, told before anybody tries. */
export function limitsOf(limits: { max_files: number; max_file_bytes: number }): string {
  const files = limits.max_files === 1 ? "one file" : `up to ${String(limits.max_files)} files`;
  return `${files}, ${fileSize(limits.max_file_bytes)} each`;
}
