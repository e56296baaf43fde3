// What the page of an exhibit shows of pictures, as a part by itself of its program.

export { default as PadView } from '../page/picture/PadView.svelte'
export { default as PictureAttention } from '../page/picture/PictureAttention.svelte'
