// Writes what Cutaway makes of a text, for check_folder.py to compare with Python's transformers:
//
//   node tools/write_logits.ts FOLDER "some text" FILE
//   python tools/check_folder.py FOLDER --expect FILE
//
// FILE is JSON: the text, its token ids, and the logits of every position.

import { writeFile } from 'node:fs/promises'
import { cpu, gpt2, loadFolder, read } from '../src/node.ts'

const [folder, text, file] = process.argv.slice(2)
if (file === undefined) {
  console.error('write_logits: node tools/write_logits.ts FOLDER "some text" FILE')
  process.exit(1)
}
const engine = await cpu()
const { config, tokenizer, model } = await loadFolder(folder, engine, { of: [gpt2] })
const ids = [...tokenizer.encode(text)]
const logits = (await read({ model, engine, ids, addresses: ['logits'] })).get('logits')?.data ?? []
const rows = ids.map((_, position) => [...logits.slice(position * config.vocab, (position + 1) * config.vocab)])
await writeFile(file, JSON.stringify({ text, ids, logits: rows }))
engine.close()
