// What the worker of an exhibit does with pictures, as a part by itself of its program.

export { seeing } from '../../encode/seen.ts'
export { attentionInPicture, pictureOfFile } from '../worker/answers/pictures.ts'
export { sightOf } from '../worker/pictureSight.ts'
