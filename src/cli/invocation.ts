// The way to call the command again, as it was called: as `cutaway`, or through npm in a clone of the repository.

/** The command line that calls the command with these words. */
export function cutaway(words: string): string {
  const isScript = ['start', 'cutaway', 'studio'].includes(process.env['npm_lifecycle_event'] ?? '')
  return `${isScript ? 'npm run cutaway --' : 'cutaway'} ${words}`
}

/** The command line that opens the Studio. In a clone, a script of its own builds the page before. */
export function studioCall(words: string): string {
  return cutaway(`studio ${words}`).replace('npm run cutaway -- studio', 'npm run studio --')
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
