/** How large a file is, as people say it. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  if (bytes < 1024 * 1000) return `${String(Math.round(bytes / 1024))} kB`;
  return `${String(Math.round((bytes / 1024 / 1024) * 10) / 10)} MB`;
}
