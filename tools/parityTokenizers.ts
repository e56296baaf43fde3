// Whether Cutaway makes the ids and texts that Python's `tokenizers` makes, on fresh tokenizers of every kind and random texts:
//
//   node tools/parityTokenizers.ts [--python PYTHON] [--seed N] [--file TOKENIZER.JSON --lines TEXT]
//
// Python (make_tokenizer_fixtures.py --live) trains them, encodes and decodes; byte pairs that both learn from the same random
// texts are compared too. With --file both encode and decode the lines of a text with that tokenizer instead.
//
// PYTHON needs tokenizers and sentencepiece: --python, or CUTAWAY_PYTHON, or PYTHON, or python3. Ends with 1 if anything differs.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { tokenizerFromJSON } from '../src/text/tokenizer/fromJSON.ts'
import { trainBytePairs } from '../src/text/tokenizer/trainBytePairs.ts'

/** Ids without and with the template, and what decode makes of both: of the first without special tokens, of the second with. */
type Row = readonly [plain: number[], whole: number[], text: string, wholeText: string]

interface Live {
  readonly version: string
  readonly texts: readonly string[]
  readonly kinds: Readonly<Record<string, { readonly tokenizer: object; readonly rows: readonly Row[] }>>
  readonly trained: readonly { text: string; size: number; vocab: object; merges: unknown[] }[]
}

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['CUTAWAY_PYTHON'] ?? process.env['PYTHON'] ?? 'python3' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    file: { type: 'string' },
    lines: { type: 'string' },
  },
})

const ofLines = `
import json, sys, tokenizers
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
tokenizer.no_truncation()
tokenizer.no_padding()
texts = open(sys.argv[2], encoding="utf-8", newline="").read().split("\\n")
rows = []
for text in texts:
    plain, whole = tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.encode(text).ids
    rows.append([plain, whole, tokenizer.decode(plain), tokenizer.decode(whole, skip_special_tokens=False)])
content = json.load(open(sys.argv[1]))
print(json.dumps({"version": tokenizers.__version__, "texts": texts, "kinds": {sys.argv[1]: {"tokenizer": content, "rows": rows}}, "trained": []}))
`

if ((options.file === undefined) !== (options.lines === undefined)) {
  console.error('parityTokenizers: --file and --lines go together: a tokenizer.json, and a text whose lines it gets.')
  process.exit(1)
}

const script = fileURLToPath(new URL('make_tokenizer_fixtures.py', import.meta.url))
const { file, lines } = options
const words =
  file === undefined || lines === undefined ? [script, '--live', options.seed] : ['-c', ofLines, file, lines]
const output = execFileSync(options.python, words, { encoding: 'utf8', maxBuffer: 2 ** 30 })
const live: Live = JSON.parse(output)
console.log(`tokenizers ${live.version}; seed ${options.seed}; ${live.texts.length} texts`)

let differing = 0
for (const [name, { tokenizer: json, rows }] of Object.entries(live.kinds)) {
  const tokenizer = await tokenizerFromJSON(json, undefined, name)
  const wrong = live.texts.filter((text, i) => {
    const [plain, whole] = rows[i]
    const ours = [
      Array.from(tokenizer.encode(text)),
      Array.from(tokenizer.encode(text, { special: true })),
      tokenizer.decode(plain),
      tokenizer.decode(whole, { special: true }),
    ]
    return !isDeepStrictEqual(ours, rows[i])
  })
  differing += wrong.length
  report(name, rows.length - wrong.length, rows.length, wrong[0])
}

const wrong = live.trained.filter(({ text, size, vocab, merges }) => {
  const saved = JSON.parse(JSON.stringify(trainBytePairs(text, { vocab: size })))
  return !isDeepStrictEqual([saved.model.vocab, saved.model.merges], [vocab, merges])
})
differing += wrong.length
if (live.trained.length > 0) report('training', live.trained.length - wrong.length, live.trained.length, wrong[0]?.text)
process.exitCode = differing > 0 ? 1 : 0

function report(name: string, same: number, all: number, first: string | undefined): void {
  console.log(
    `${name.padEnd(24)} ${same} of ${all}${first === undefined ? '' : `  first: ${JSON.stringify(first.slice(0, 200))}`}`,
  )
}
