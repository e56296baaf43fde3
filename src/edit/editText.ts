// Edits as text, as a command takes them: an address, "=", and what comes there.
//
//   blocks.1.mlp.output = 0                            a number in every cell; -inf too
//   blocks.*.attention.pattern {head: 0} = scale 2     the old value, times a number
//   blocks.1.output {position: -1} = add 0.5           the old value and a number
//   blocks.1.output = add 4 * (from "a" - from "b")    and the way from one text to another, so many times
//   blocks.1.mlp.hidden = mean                         its mean along "position"; "mean over head" along another axis
//   blocks.1.output = from "another text"              what the model has there for another text
//   vit.blocks.1.output = from "other.png"             or for another picture, where it sees such, or another recording
//   decoder.blocks.1.output = from "source"            of a model that looks at a source: for another one, and what the model writes of it,
//                                                      or draws, or says
//   decoder.blocks.1.output = from "source" => "text"  the same with another text written of it

import { addressText, parseAddress } from '../tensor/address.ts'
import type { Edit, OtherRun, Replacement, Steering } from './edit.ts'

const forms =
  '0 (any number, or -inf), mean, mean over AXIS, scale 2, add 0.5, add 4 * (from "a" - from "b"), or from "another text" (of a translator from "source" => "text")'

type ReadOther = (text: string, target?: string) => OtherRun

/**
 * The edit that a text says.
 *
 * - `read`: the run of another text, as the model reads it; of a translator, of a source and what it writes
 *
 * Throws for a text that says none.
 */
export function parseEdit(text: string, read: ReadOther): Edit {
  const [, address, to] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (address === undefined || address.trim() === '')
    throw new Error(`edits: "${text}" is no edit. Write an address, "=", and what comes there: ${forms}.`)
  return { at: addressText(parseAddress(address.trim())), to: parseReplacement(to.trim(), text, read) }
}

function parseReplacement(to: string, text: string, read: ReadOther): Replacement {
  const [, word = '', rest = ''] = /^([a-z]*)\s*(.*)$/is.exec(to) ?? []
  const wrong = (): Error => new Error(`edits: "${text}": "${to}" is nothing that can come there. Give ${forms}.`)
  if (/^-inf(inity)?$/i.test(to)) return '-Infinity'
  if (word === 'mean') {
    const [, axis] = /^over\s+(\S+)$/.exec(rest) ?? []
    if (rest !== '' && axis === undefined) throw wrong()
    return { mean: axis ?? 'position' }
  }
  if (word === 'from') {
    const [, source, target] = twoTexts.exec(rest) ?? []
    if (target !== undefined) return read(unquoted(source), unquoted(target))
    if (/^["']/.test(rest) && !oneText.test(rest))
      throw new Error(
        `edits: "${text}": ${rest} is not one text in quotes. Close the quote it begins with; a text with such quotes in it stands in the others: '…"…'.`,
      )
    const other = unquoted(rest)
    if (other === '') throw wrong()
    return read(other)
  }
  if (word === 'add' && rest.includes('from')) {
    const add = parseSteering(rest, read)
    if (!add) throw wrong()
    return { add }
  }
  const value = rest === '' ? Number.NaN : Number(rest)
  if (!Number.isFinite(value)) throw wrong()
  if (word === 'scale') return { scale: value }
  if (word === 'add') return { add: value }
  if (word !== '') throw wrong()
  return value
}

/** A text without the quotes around it. */
const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/s, '$2')

const quoted = `("[^"]*"|'[^']*')`
const oneText = new RegExp(`^${quoted}$`, 's')
const twoTexts = new RegExp(`^${quoted}\\s*=>\\s*${quoted}$`, 's')
const run = `from\\s*${quoted}(?:\\s*=>\\s*${quoted})?`
const steering = new RegExp(`^(?:(\\S+)\\s*\\*\\s*)?(\\()?\\s*${run}(?:\\s*-\\s*${run})?\\s*(\\))?$`, 's')

/** `4 * (from "a" - from "b")`, the number, the brackets and what is taken away left out or not; nothing for another text. */
function parseSteering(text: string, read: ReadOther): Steering | undefined {
  const [all, times = '1', opened, towards, written, from, writtenFrom, closed] = steering.exec(text) ?? []
  const scale = Number(times)
  if (all === undefined || !Number.isFinite(scale) || (opened === undefined) !== (closed === undefined))
    return undefined
  // Without brackets the number would count for the first text alone.
  if (from !== undefined && times !== '1' && opened === undefined) return undefined
  const runOf = (text: string, target: string | undefined): OtherRun =>
    target === undefined ? read(unquoted(text)) : read(unquoted(text), unquoted(target))
  return {
    towards: runOf(towards, written),
    ...(from !== undefined && { from: runOf(from, writtenFrom) }),
    ...(scale !== 1 && { scale }),
  }
}
