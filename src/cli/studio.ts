// cutaway studio: opens the page in which a person trains, writes and looks. It is served on this machine alone.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diskFiles } from '../checkpoint/diskFiles.ts'
import { filesOf } from '../checkpoint/filesOf.ts'
import { describeFolder } from '../checkpoint/load.ts'
import type { Command } from './command.ts'
import { toggle, whole } from './flags.ts'
import { interruptible } from './interruptible.ts'
import { studioCall } from './invocation.ts'
import { type ServedRun, type StudioServer, type StudioServerOptions, serveStudio } from './studioServer.ts'

/** A page keeps what it has for its address, port and all: so the port is always the same. */
const usualPort = 4137

const flags = {
  port: whole('the port that it is served on', { least: 0, most: 65_535, usual: String(usualPort) }),
  noOpen: toggle('do not open it in a browser; where nobody looks at a terminal, none is opened'),
}

export const studioCommand: Command<typeof flags> = {
  name: 'studio',
  takes: '[RUN]',
  summary: 'Opens a page in which you train, write and look, with every number leading back to your text',
  flags,
  about: [
    'It is served on this machine alone, and sends nothing anywhere. Runs that are trained there stay in the browser, under the address of the page; they can be saved as folders. A run that is named is opened in it, and left as it is.',
  ],
  examples: [
    { line: 'cutaway studio', does: 'begin with a text of yours' },
    { line: 'cutaway studio runs/emma', does: 'look into a run' },
    { line: 'cutaway studio --port 8080 --no-open', does: 'only serve it' },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (more.length > 0) throw new Error(`studio takes one run, but got also "${more.join(' ')}". Leave it out.`)
    const page = pageFolder()
    if (!existsSync(resolve(page, 'index.html')))
      throw new Error('studio: the page has not been built yet. "npm run studio" builds and opens it.')
    const run = folder === undefined ? undefined : await servedRun(folder)
    const server = await served({ page: diskFiles(page), run, port: values.port ?? usualPort }, values.port)
    terminal.print(`The Studio${folder === undefined ? '' : `, with ${folder}`}: ${server.url}\nCtrl-C ends it.`)
    if (terminal.isInteractive && !values.noOpen) openBrowser(server.url)
    return interruptible(
      async (interruption) => {
        await new Promise((ended) => interruption.signal.addEventListener('abort', ended))
        await server.close()
        return 0
      },
      () => terminal.clear(),
    )
  },
}

/** `dist/studio/`, seen from src/cli/ and from dist/cli/. */
function pageFolder(): string {
  const built = import.meta.url.includes('/src/cli/') ? '../../dist/studio/' : '../studio/'
  return fileURLToPath(new URL(built, import.meta.url))
}

/** A run that can be opened, under a name that an address can have. */
async function servedRun(folder: string): Promise<ServedRun> {
  const files = filesOf(folder)
  await describeFolder(files)
  const name = basename(resolve(folder)).replace(/[^\w-]+/g, '-')
  return { name: `runs/${name}`, files }
}

async function served(options: StudioServerOptions, given: number | undefined): Promise<StudioServer> {
  try {
    return await serveStudio(options)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'something else is served there' : message
    const advice =
      given === undefined
        ? `Is another Studio open? Otherwise name another port: ${studioCall('--port 4138')}; what was trained there is kept under the port it was trained under`
        : 'Name another one, or leave it out'
    throw new Error(`studio: port ${options.port} cannot be used: ${why}. ${advice}.`, { cause: error })
  }
}

/** Opens an address in the person's browser; where that cannot be done, the address stands in the terminal. */
function openBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""', url]
        : ['xdg-open', url]
  spawn(command, words, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}
