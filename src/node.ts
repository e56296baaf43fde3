// Cutaway in Node: everything that runs anywhere, and files and folders.

export {
  describeFolder,
  filesOf,
  loadFolder,
  loadModel,
  loadTokenizer,
  resumeFolder,
} from './checkpoint/folder.ts'
export { saveFolder } from './checkpoint/saveFolder.ts'
export { readLabelled, readPairs } from './data/files.ts'
export * from './index.ts'
export { type FileText, readText, readTexts } from './text/files.ts'
