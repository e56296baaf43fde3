// A folder's files, wherever they are: on a disk (diskFiles.ts), chosen in a page (blobFiles.ts), on a server (hubFiles.ts).
// What reads a checkpoint knows only this.

import { parseJSON } from '../text/json.ts'

export interface FolderFiles {
  /** The folder's name, for errors. */
  readonly name: string

  /** The names of the files in it. Throws when there is no such folder. */
  list(): Promise<readonly string[]>

  /** Opens a file; undefined when there is none of that name. Throws when it is there but cannot be read. */
  open(name: string): Promise<OpenFile | undefined>
}

/** A file that can be read from any place on. */
export interface OpenFile {
  /** Bytes. */
  readonly size: number

  /** Fills all of `into` with the bytes from `offset` on. Throws when the file ends before that. */
  read(offset: number, into: Uint8Array): Promise<void>

  close(): Promise<void>
}

/** The name of a file in errors. */
export const placeOf = ({ name }: FolderFiles, file: string): string => `${name}/${file}`

/** Throws for a name that leads out of the folder: names may come from files, and those from anywhere. */
export function checkIsInside({ name }: FolderFiles, file: string): void {
  const parts = file.split('/')
  if (/[\\:\0]/.test(file) || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new Error(
      `${name}: ${JSON.stringify(file)} is no name of a file in it. Do not use what names it; fetch it again from where you trust.`,
    )
}

/** The most bytes that one array holds in every engine. Asked for more than there is, a worker of Node ends without an error. */
const longestArray = 2 ** 33

/** A file's bytes, all at once; undefined when there is none of that name. - `most`: the number that they may be */
export async function readBytes(
  files: FolderFiles,
  name: string,
  most = longestArray,
): Promise<Uint8Array | undefined> {
  const file = await files.open(name)
  if (file === undefined) return undefined
  try {
    const bytes = roomFor(file.size, most, placeOf(files, name))
    await file.read(0, bytes)
    return bytes
  } finally {
    await file.close()
  }
}

function roomFor(size: number, most: number, place: string): Uint8Array {
  try {
    if (size <= most) return new Uint8Array(size)
  } catch {
    // More than the machine has, or than one array may hold.
  }
  throw new Error(`${place}: it has ${size} bytes, more than can be read at once. It may be damaged, or another file.`)
}

/** The most bytes whose text fits in one JavaScript string. */
const mostText = 500_000_000

/** A parsed JSON file; undefined when there is none of that name. Throws when it is no JSON. */
export async function readJSON(files: FolderFiles, name: string): Promise<unknown> {
  const bytes = await readBytes(files, name, mostText)
  return bytes === undefined ? undefined : parseJSON(new TextDecoder().decode(bytes), placeOf(files, name))
}

/** A parsed JSON file that must be there. */
export async function needJSON(files: FolderFiles, name: string): Promise<unknown> {
  return (await readJSON(files, name)) ?? missing(files, name)
}

/** Throws the error for a file that is not there. */
export async function missing(files: FolderFiles, name: string): Promise<never> {
  throw new Error(`${files.name}: there is no ${name} in it${adviceFor(name, await files.list())}`)
}

function adviceFor(name: string, names: readonly string[]): string {
  if (name === 'training.safetensors') {
    return ', so there is no training to go on with. Start one, or name the folder of a run.'
  }
  if (name === 'model.safetensors' && names.includes('pytorch_model.bin')) {
    return ', but a pytorch_model.bin, which is Python code in disguise. Save it with safe_serialization=True.'
  }
  const other = names.find((each) => /^vocab\.(txt|json)$|\.(spm|model)$/.test(each))
  if (name === 'tokenizer.json' && other !== undefined) {
    return `, but a ${other}, which Cutaway does not read. In Python, AutoTokenizer.from_pretrained(folder).save_pretrained(folder) may write one.`
  }
  return '. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.'
}
