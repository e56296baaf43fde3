// Cutaway in Node: everything that runs anywhere, and files and folders.

export {
  describeFolder,
  filesOf,
  loadFolder,
  loadModel,
  loadTokenizer,
  resumeFolder,
  type SavedModel,
  saveFolder,
} from './checkpoint/folder.ts'
export * from './index.ts'
export { type FileText, readTexts } from './text/files.ts'
