// A model that hears in Chromium, under the policy with which `cutaway studio` serves the page: somebody speaks into a microphone (a file in
// its place), chooses recordings of other kinds than WAV, and is told in a line what cannot be.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { type StudioServer, serveStudio } from '../../src/cli/studioServer.ts'
import { writeWav } from '../../src/sound/wav.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { say } from '../runs/toyVoice.ts'
import { writeFlac } from '../sound/flac.ts'
import { builtStudio } from './built.ts'
import { bringAxe, faultsOf, screens } from './faults.ts'
import { filesOf } from './soundRuns.ts'
import { go, settled, takenFiles, visit } from './visit.ts'

const fakeDevice = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

describe('a microphone in the page', { skip: noChromium }, () => {
  let server: StudioServer
  let browser: Browser
  let page: Page
  let folder: string
  let unseen: readonly string[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutaway-microphone-'))
    const spoken = join(folder, 'spoken.wav')
    await writeFile(spoken, writeWav(say('abcabcabcabcabcabcabcabc')))
    server = await serveStudio({ page: diskFiles(await builtStudio()), port: 0 })
    browser = await driveChromium([...fakeDevice, `--use-file-for-fake-audio-capture=${spoken}`])
    ;({ page, unseen } = await visit(browser, server.url))
    await bringAxe(page)
    await openListener(page)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true })
    assert.deepEqual(unseen, [])
  })

  test('is spoken into, by keys alone, for no longer than the model hears', async () => {
    const button = page.getByRole('button', { name: 'Record', exact: true })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('meter', { name: 'Loudness' }).waitFor()
    await page.getByText(/ of [\d.]+ s, good$/).waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Stop')
    assert.deepEqual(await faultsOf(page, '.view.write'), [])
    await page.setViewportSize(screens.desk)
    // Nobody presses Stop.
    const player = page.getByLabel('The recording', { exact: true })
    await player.waitFor()
    await page.getByRole('meter').waitFor({ state: 'detached' })
    await page.getByText('Attention across, and the way').waitFor()
    const [seconds, window] = await lengths(page)
    assert.ok(seconds > window - 0.02 && seconds < window + 0.02, `${seconds} of ${window}`)
    assert.equal((await page.getByRole('alert').allInnerTexts()).join(''), '')
  })

  test('is closed by a button: what was said until then is heard', async () => {
    // Until this one is heard, the page shows the recording before.
    const [before] = await lengths(page)
    await page.evaluate(stopWhenHeard)
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.waitForFunction(
      (before) => ![undefined, Number.NaN, before].includes(document.querySelector('audio')?.duration),
      before,
    )
    await page
      .getByRole('list', { name: /^Words that were heard/ })
      .getByRole('button')
      .first()
      .waitFor()
    const [seconds, window] = await lengths(page)
    assert.ok(seconds >= 0.25 && seconds < window, `${seconds} of ${window}`)
    await page.getByRole('link', { name: 'recording (2)' }).or(page.getByText('recording (2)')).first().waitFor()
  })

  test('is closed when somebody goes elsewhere', async () => {
    await page.evaluate(noteMicrophones)
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await page.getByRole('meter').waitFor()
    await openListener(page)
    await page.getByRole('button', { name: 'Record', exact: true }).waitFor()
    assert.equal(await page.getByRole('meter').count(), 0)
    const states = await page.evaluate(() =>
      (globalThis as { microphones?: MediaStreamTrack[] }).microphones?.map(({ readyState }) => readyState),
    )
    assert.deepEqual(states, ['ended'])
  })

  test('a recording in FLAC is heard as the same in WAV, and one that the browser has packed itself is heard', async () => {
    const chooser = page.getByLabel('Choose a recording')
    const heard = async (name: string, bytes: Uint8Array): Promise<string> => {
      await chooser.setInputFiles({ name, mimeType: '', buffer: Buffer.from(bytes) })
      await page.getByText(name, { exact: true }).first().waitFor()
      await page.getByText('Attention across, and the way').waitFor()
      await settled(page)
      assert.equal((await page.getByRole('alert').allInnerTexts()).join(''), '')
      return page.getByRole('list', { name: /^Words that were heard/ }).innerText()
    }
    const sound = say('cab')
    const own = await heard('cab.wav', writeWav(sound))
    assert.notEqual(own, await heard('abc.wav', writeWav(say('bbb'))))
    assert.equal(await heard('cab.flac', writeFlac(sound)), own)
    // A WAV by another name is one.
    assert.equal(await heard('cab.mp3', writeWav(sound)), own)
    await heard('packed.webm', Uint8Array.from(await page.evaluate(packed)))
    await chooser.setInputFiles({
      name: 'words.mp3',
      mimeType: 'audio/mpeg',
      buffer: Buffer.from('to be or not to be'),
    })
    await page
      .getByRole('alert')
      .filter({ hasText: /^listen: words\.mp3 is no sound that this browser can decode\./ })
      .waitFor()
    await chooser.setInputFiles({ name: 'none.ogg', mimeType: 'audio/ogg', buffer: Buffer.from('') })
    await page
      .getByRole('alert')
      .filter({ hasText: /^listen: none\.ogg is empty\./ })
      .waitFor()
  })
})

describe('a microphone that cannot be used', { skip: noChromium }, () => {
  const refused: readonly (readonly [name: string, args: readonly string[], says: RegExp, as?: () => void])[] = [
    ['there is none', [], /^listen: there is no microphone that could be used\. Choose a file\.$/],
    ['it is not allowed', fakeDevice.slice(0, 1), /^listen: the browser does not let this page use the microphone\./],
    ['the page is from no secure place', fakeDevice, /^listen: this page may not use a microphone, since/, insecure],
    [
      'nothing plays sound',
      fakeDevice,
      /^listen: the sound of this browser does not begin: .* choose a file\.$/,
      silent,
    ],
  ]
  for (const [name, args, says, as] of refused)
    test(name, async () => {
      const server = await serveStudio({ page: diskFiles(await builtStudio()), port: 0 })
      await using browser = await driveChromium(args)
      try {
        const { page } = await visit(browser, server.url)
        if (as) await page.evaluate(as)
        await openListener(page)
        await page.getByRole('button', { name: 'Record', exact: true }).click()
        await page.getByRole('alert').filter({ hasText: says }).waitFor()
        assert.equal(await page.getByRole('meter').count(), 0)
        await page.getByRole('button', { name: 'Record', exact: true }).waitFor()
      } finally {
        await server.close()
      }
    })
})

/** In the page: as it is where it came by http from another machine. */
function insecure(): void {
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined })
}

/** In the page: as it is in Firefox on a machine without anything that plays sound. */
function silent(): void {
  AudioContext.prototype.resume = () => new Promise(() => {})
}

async function openListener(page: Page): Promise<void> {
  await go(page, { view: 'text' })
  const files = await filesOf('listener')
  await page.getByLabel('Choose files').setInputFiles(await takenFiles(files.map((file) => [file.name, file])))
  await page.getByLabel('Choose a recording').waitFor()
}

/** The seconds of the recording that is here, and those that the model hears at once. */
async function lengths(page: Page): Promise<readonly [seconds: number, window: number]> {
  await page.waitForFunction(() => (document.querySelector('audio')?.duration ?? 0) > 0)
  return page.evaluate(() => {
    const view = document.querySelector<HTMLElement>('.view.write')
    const window = Number(view?.querySelector<HTMLElement>('[data-window]')?.dataset['window'])
    return [document.querySelector('audio')?.duration ?? 0, window] as const
  })
}

/** In the page: presses Stop as soon as it shows 0.3 s or more, which is at least 0.25 s: from outside, a busy machine may come too late. */
function stopWhenHeard(): void {
  const view = document.querySelector('.view.write')
  if (!view) throw new Error('there is no view')
  const watch = new MutationObserver(() => {
    if (!/^0\.[3-9] of /.test(view.querySelector('.heard')?.textContent ?? '')) return
    watch.disconnect()
    for (const button of view.querySelectorAll('button')) if (button.textContent === 'Stop') button.click()
  })
  watch.observe(view, { subtree: true, childList: true, characterData: true })
}

/** In the page: keeps the microphones that are opened from now on. */
function noteMicrophones(): void {
  const microphones: MediaStreamTrack[] = []
  Object.assign(globalThis, { microphones })
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted)
    microphones.push(...stream.getTracks())
    return stream
  }
}

/** In the page: a tone as the browser packs it, the bytes of the file. */
async function packed(): Promise<number[]> {
  const context = new AudioContext()
  const tone = new OscillatorNode(context, { frequency: 400 })
  const end = context.createMediaStreamDestination()
  tone.connect(end)
  tone.start()
  const recorder = new MediaRecorder(end.stream)
  const parts: Blob[] = []
  recorder.ondataavailable = ({ data }) => parts.push(data)
  const done = new Promise((resolve) => {
    recorder.onstop = resolve
  })
  recorder.start()
  await new Promise((resolve) => setTimeout(resolve, 600))
  recorder.stop()
  await done
  await context.close()
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
}
