// Loading a folder that is named by its path. load.ts does it, for files wherever they are; this needs Node.

import type { Engine } from '../engine/engine.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Architecture } from './architecture.ts'
import type { KnownArchitecture } from './architectures.ts'
import { diskFiles } from './diskFiles.ts'
import type { FolderFiles } from './folderFiles.ts'
import { hubFiles } from './hubFiles.ts'
import * as load from './load.ts'
import type { TrainingState } from './training.ts'

type Described<A extends Architecture> = load.Described<A>
type Loaded<A extends Architecture> = load.Loaded<A>
type LoadOptions<A extends Architecture> = load.LoadOptions<A>
type Wanted<A extends Architecture> = load.Wanted<A>

/**
 * The files of a folder that is named by its path, or of a model that is named `hub:owner/name` (`hub:owner/name@revision`):
 * it is read where it is, from Hugging Face's hub, or from where HF_ENDPOINT says, with HF_TOKEN if that is set. Files that
 * are given already are left as they are.
 */
export function filesOf(folder: string | FolderFiles): FolderFiles {
  if (typeof folder !== 'string') return folder
  if (!folder.startsWith('hub:')) return diskFiles(folder)
  const [model, revision] = folder.slice('hub:'.length).split('@')
  const { HF_ENDPOINT: base, HF_TOKEN: token } = process.env
  return hubFiles(model, { ...(revision ? { revision } : {}), ...(base ? { base } : {}), ...(token ? { token } : {}) })
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  engine: Engine,
  options: LoadOptions<A> = {},
): Promise<Loaded<A> & { readonly tokenizer: Tokenizer }> {
  return load.loadFolder(filesOf(folder), engine, options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadModel<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  engine: Engine,
  options: LoadOptions<A> = {},
): Promise<Loaded<A>> {
  return load.loadModel(filesOf(folder), engine, options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function describeFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  options: Wanted<A> = {},
): Promise<Described<A>> {
  return load.describeFolder(filesOf(folder), options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function resumeFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  options: Wanted<A> = {},
): Promise<Described<A> & { readonly tokenizer: Tokenizer; readonly training: TrainingState }> {
  return load.resumeFolder(filesOf(folder), options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadTokenizer(folder: string | FolderFiles, vocab: number): Promise<Tokenizer> {
  return load.loadTokenizer(filesOf(folder), vocab)
}
