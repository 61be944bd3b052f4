import type { FileIn } from './queue.ts';

/** Names that systems put into folders and nobody means to hand in. */
const noise = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;

/** Files of a file or folder chooser. */
export function chosenFiles(list: FileList | readonly File[]): FileIn[] {
  return [...list].filter((file) => !noise.test(file.name)).map((file) => ({ file, name: file.name }));
}

/** Everything dropped or pasted, folders with what is below them. */
export async function transferredFiles(data: DataTransfer): Promise<FileIn[]> {
  // Entries are only there during the event; they have to be taken before anything is awaited.
  const entries = [...data.items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []));
  const plain = [...data.files];
  if (entries.every((entry) => entry === null)) return chosenFiles(plain);
  const files = await Promise.all(entries.map((entry) => (entry ? filesBelow(entry) : [])));
  return chosenFiles(files.flat());
}

async function filesBelow(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: File[] = [];
  // A reader gives at most 100 entries at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const child of some) found.push(...(await filesBelow(child)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
