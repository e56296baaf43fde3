// Cutaway in Node: everything that runs anywhere, and files and folders.

export {
  type Described,
  describeFolder,
  type Loaded,
  loadFolder,
  loadModel,
  loadTokenizer,
  resumeFolder,
  type SavedModel,
  saveFolder,
  type Wanted,
} from './checkpoint/folder.ts'
export * from './index.ts'
export { type FileText, readTexts } from './text/files.ts'
