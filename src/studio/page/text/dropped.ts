// Files that somebody drops on the page; of folders all files in them.

/** All files of a drop. Hidden ones, which systems put into folders, are left out. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  // The lists are there only during the event, so all of them is taken at once.
  const all = [...files]
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.every(({ isFile }) => isFile)) return all
  const found = await Promise.all(entries.map(filesIn))
  return found.flat().filter(({ name }) => !name.startsWith('.'))
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [
      placed(
        entry.fullPath,
        await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      ),
    ]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const all: File[] = []
  // A folder is read in parts, until one is empty.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return all
    for (const each of part) all.push(...(await filesIn(each)))
  }
}

const paths = new WeakMap<File, string>()

function placed(path: string, file: File): File {
  paths.set(file, path.replace(/^\//, ''))
  return file
}

/** Where a file lies in the folder that was dropped or chosen; of a single file its name. */
export const pathOfFile = (file: File): string => paths.get(file) ?? (file.webkitRelativePath || file.name)
