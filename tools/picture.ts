// A moving picture of a terminal session, for the README: runs a command in a terminal, watches what it prints and when, and
// writes an SVG that plays it. Nothing in it is made up; only the time is shortened.
//
//   node tools/picture.ts docs/start.svg "npm start" "It is saved in" node src/cli/main.ts start
//
// The arguments: the file, what the picture shows as typed, where it ends (the line that holds this text and what follows are
// left out; "" for nowhere), and what runs. Needs `script`, which
// most Unix systems have (Debian: bsdutils).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const columns = 92
/** Seconds that the picture plays, and that it then stands still. */
const playing = 14
const resting = 6
/** How many states of a line that repaints itself are shown. */
const mostRepaints = 60

const [file, typed, end, ...command] = process.argv.slice(2)
if (command.length === 0) {
  console.error('picture: node tools/picture.ts FILE.svg "what is typed" "where it ends" command …')
  process.exit(1)
}

/** What came out of the terminal, and when: seconds since the beginning. */
interface Piece {
  readonly at: number
  readonly text: string
}

async function record(command: readonly string[]): Promise<Piece[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cutaway-picture-'))
  try {
    const [output, timing] = [join(folder, 'output'), join(folder, 'timing')]
    const line = `stty cols ${columns} rows 60; ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`
    const env = { ...process.env, npm_lifecycle_event: 'start', TERM: 'xterm-256color', CI: '' }
    // Its input stays open: at the end of its input `script` may forget to end itself.
    const child = spawn('script', ['-q', '-f', '-e', '-O', output, '-T', timing, '-c', line], {
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    const [status] = await once(child, 'close')
    child.stdin.end()
    if (status !== 0) throw new Error(`picture: "${command.join(' ')}" ended with ${status}.`)
    // The first line of the output is the header that `script` writes itself; the pieces follow without a gap.
    const bytes = readFileSync(output)
    let offset = bytes.indexOf(10) + 1
    let at = 0
    return readFileSync(timing, 'utf8')
      .split('\n')
      .filter((entry) => /^(O )?[\d.]+ \d+$/.test(entry))
      .map((entry) => {
        const [delay, length] = entry.replace('O ', '').split(' ').map(Number)
        at += delay
        const text = bytes.subarray(offset, offset + length).toString()
        offset += length
        return { at, text }
      })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A line of the screen as it was for a while. */
interface Shown {
  readonly row: number
  readonly text: string
  readonly from: number
  readonly until: number
}

/** Plays the pieces to a screen that has room for all lines: a line holds until it is repainted. */
function linesOf(pieces: readonly Piece[], begun: number): Shown[] {
  const shown: Shown[] = []
  let [row, text, from] = [0, '', begun]
  const close = (at: number): void => {
    if (text !== '' && at > from) shown.push({ row, text, from, until: at })
  }
  for (const { at, text: piece } of pieces) {
    for (const part of piece.split(/(\r\n|\n|\r\u001b\[2K)/)) {
      if (part === '\r\u001b[2K') {
        close(at)
        ;[text, from] = ['', at]
      } else if (part.endsWith('\n')) {
        for (const line of folded(text)) {
          if (line !== '') shown.push({ row, text: line, from, until: Infinity })
          row++
        }
        ;[text, from] = ['', at]
      } else {
        if (text === '') from = at
        text += part
      }
    }
  }
  return shown
}

/** A line as a terminal breaks it: after so many characters that can be seen. */
function folded(text: string): string[] {
  const lines = ['']
  let room = columns
  for (const part of text.split(/(\u001b\[\d+m)/)) {
    if (part.startsWith('\u001b')) {
      lines[lines.length - 1] += part
      continue
    }
    for (const character of part) {
      if (room-- === 0) {
        lines.push('')
        room = columns - 1
      }
      lines[lines.length - 1] += character
    }
  }
  return lines
}

/** Leaves so few states of repainted lines that the file stays small, each holding until the next. */
function thinned(shown: readonly Shown[]): Shown[] {
  const repaints = shown.filter(({ until }) => until !== Infinity)
  const every = Math.ceil(repaints.length / mostRepaints)
  const kept = repaints.filter((_, i) => i % every === 0)
  const held = kept.map((line, i) => {
    const next = [
      kept[i + 1],
      ...shown.filter((other) => other.row === line.row && other.from > line.from && other.until === Infinity),
    ]
    return {
      ...line,
      until: Math.min(...next.flatMap((other) => (other?.row === line.row ? other.from : [])), line.until + 60),
    }
  })
  return [...shown.filter(({ until }) => until === Infinity), ...held].sort((a, b) => a.row - b.row || a.from - b.from)
}

const colourOf: Readonly<Record<string, string>> = { '36': 'cyan', '33': 'yellow', '1': 'bold', '2': 'dim' }

/** A line with its colours (SGR) as spans. */
function spans(text: string): string {
  const open = new Set<string>()
  const parts = text.split(/\u001b\[(\d+)m/)
  return parts
    .map((part, i) => {
      if (i % 2 === 1) {
        if (part === '39') for (const name of ['cyan', 'yellow']) open.delete(name)
        else if (part === '22') for (const name of ['bold', 'dim']) open.delete(name)
        else if (colourOf[part] !== undefined) open.add(colourOf[part])
        return ''
      }
      const escaped = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      return open.size === 0 || part === '' ? escaped : `<tspan class="${[...open].join(' ')}">${escaped}</tspan>`
    })
    .join('')
}

function picture(lines: readonly Shown[], seconds: number): string {
  const rows = Math.max(...lines.map(({ row }) => row)) + 1
  const [cellWidth, cellHeight, margin, bar] = [7.83, 17, 16, 34]
  const width = Math.ceil(columns * cellWidth + 2 * margin)
  const height = rows * cellHeight + bar + margin
  const total = playing + resting
  const percent = (at: number): string => ((100 * Math.min(playing, (at / seconds) * playing)) / total).toFixed(2)
  const rules: string[] = []
  const texts = lines.map(({ row, text, from, until }, i) => {
    const y = bar + (row + 0.8) * cellHeight
    if (from > 0 || until !== Infinity) {
      const end = until === Infinity ? '' : `${percent(until)}%,100%{visibility:hidden}`
      rules.push(`@keyframes l${i}{0%{visibility:hidden}${percent(from)}%{visibility:visible}${end}}`)
      rules.push(`#l${i}{animation:l${i} ${total}s step-end infinite}`)
    }
    const passing = until === Infinity ? '' : ' class="passing"'
    return `<text id="l${i}"${passing} x="${margin}" y="${y.toFixed(1)}">${spans(text)}</text>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>A terminal: ${typed}</title>`,
    '<style>',
    'text{fill:#d5dbe3;font:13px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}',
    '.bold{font-weight:700;fill:#ffffff}.dim{fill:#8b949e}.cyan{fill:#56c8d8}.yellow{fill:#e3b341}',
    // Whoever wants no motion sees the end.
    '.passing{visibility:hidden}',
    '@media (prefers-reduced-motion:no-preference){',
    ...rules,
    '}',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${20 + 20 * i}" cy="17" r="6" fill="${fill}"/>`),
    ...texts,
    '</svg>',
    '',
  ].join('\n')
}

const pieces = await record(command)
const seconds = pieces[pieces.length - 1].at
const prompt: Shown = { row: 0, text: `\u001b[2m$\u001b[22m \u001b[1m${typed}\u001b[22m`, from: 0, until: Infinity }
const all = linesOf(pieces, 0)
const last = end === '' ? Infinity : Math.min(...all.flatMap(({ text, row }) => (text.includes(end) ? row : [])))
const lines = thinned(all.filter(({ row }) => row < last)).map((line) => ({ ...line, row: line.row + 1 }))
const svg = picture([prompt, ...lines], seconds)
writeFileSync(file, svg)
console.log(`${file}: ${(svg.length / 1000).toFixed(0)} kB, ${seconds.toFixed(0)} s shown in ${playing}`)
