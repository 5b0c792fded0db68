/** The files in what was dropped; of a folder, those in it. */

/** More than this in a folder is not a message any more. */
const MOST_OF_FOLDERS = 50;

export async function dropped(transfer: DataTransfer): Promise<File[]> {
  // Read before anything is waited for: after the event the browser forgets the items.
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory === true)) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) if (entry !== null) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, into: File[]): Promise<void> {
  if (into.length >= MOST_OF_FOLDERS) return;
  if (isFile(entry)) into.push(await new Promise<File>((done, fail) => entry.file(done, fail)));
  else for (const inside of await listOf(entry)) await collect(inside, into);
}

/** A reader gives a folder in parts; an empty one is the last. */
async function listOf(folder: FileSystemEntry): Promise<FileSystemEntry[]> {
  const reader = (folder as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (part.length === 0 || all.length > MOST_OF_FOLDERS) return all;
    all.push(...part);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
