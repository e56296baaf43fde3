// WebKitGTK's MiniBrowser on a screen that nobody sees: Safari's engine, which is not Safari itself.

import { existsSync, globSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { TestBrowser } from './browsers.ts'
import { emptyFolder, end, start } from './processes.ts'

const path = process.env['MINIBROWSER'] || globSync('/usr/lib/*/webkit2gtk-4.1/MiniBrowser')[0]
const screen = '/usr/bin/Xvfb'

export const noWebKit: string | false =
  path && existsSync(screen)
    ? false
    : 'no WebKitGTK found: install it (Debian: apt-get install webkit2gtk-driver xvfb), or set MINIBROWSER to its path'

const environment = {
  // Without this it has no memory that threads could share.
  JSC_useSharedArrayBuffer: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  NO_AT_BRIDGE: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  // Its sandbox does not start for root.
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
}

/** A screen with a number that is free, and how to end it. */
async function startScreen(): Promise<{ display: string; close: () => Promise<void> }> {
  for (let number = 90; number < 600; number++) {
    const socket = `/tmp/.X11-unix/X${number}`
    if (existsSync(socket)) continue
    const child = start(screen, [`:${number}`, '-screen', '0', '1024x768x24', '-nolisten', 'tcp'])
    for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
      await setTimeout(100)
      if (existsSync(socket)) return { display: `:${number}`, close: () => end(child) }
    }
    await end(child)
  }
  throw new Error('webkit: Xvfb gives no screen.')
}

export async function startWebKit(args: readonly string[]): Promise<TestBrowser> {
  const [{ display, close: closeScreen }, home] = [await startScreen(), await emptyFolder('webkit')]
  let child: ReturnType<typeof start> | undefined
  const close = async (): Promise<void> => {
    await end(child)
    await closeScreen()
    await home.remove()
  }
  return {
    name: 'WebKitGTK',
    async open(url) {
      await end(child)
      const own = { ...environment, DISPLAY: display, HOME: home.path, XDG_RUNTIME_DIR: home.path }
      child = start(path ?? '', [...args, url], own)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
