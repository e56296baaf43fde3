// What is imported here besides code: the build makes files of it (tools/studio.ts).

/** The address of the novel that comes with the page, packed by deflate. */
declare module 'cutaway:emma' {
  const address: string
  export default address
}

/** Its first lines. */
declare module 'cutaway:emma/beginning' {
  const beginning: string
  export default beginning
}

/** Style sheets that come with a part of the page which is loaded later. */
declare module '*.css'

/** The address of a script that runs elsewhere than in the page. */
declare module '*?worker&url' {
  const address: string
  export default address
}
