// Pictures and sound (`cutaway/media`): files read and written, as numbers that models read and write.
//
//   const seven = await readPng(bytes, 'seven.png')
//   const small = resized(seven, { width: 28, height: 28 })

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Pictures: from files to pixels, and back.
export { centreCrop, type Channels, type Picture, type PictureSize, withChannels } from './image/picture.ts'
export { readPng } from './image/readPng.ts'
export { writePng } from './image/writePng.ts'
export { type ResampleFilter, resampleFilters, resized } from './image/resize.ts'
