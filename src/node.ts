// What only Node has (`cutaway/node`): files and folders on a disk.

export { filesOf } from './checkpoint/filesOf.ts'
export { type SaveOptions, saveFolder } from './checkpoint/saveFolder.ts'
export { readLabelled, readPairs } from './data/files.ts'
export { openPicture } from './data/openPicture.ts'
export { type PictureFileOptions, readLabelledPictures } from './data/pictureFiles.ts'
export { type FileText, readText, readTexts } from './text/files.ts'
