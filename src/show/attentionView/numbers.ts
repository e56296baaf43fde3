// The row that is looked at as numbers: its sources by their weights. It is the canvas in words, for who cannot see it, and to copy.

import { made, onComing, onKeys, placeAt, put } from './dom.ts'
import { rowLines } from './exported.ts'
import { whenThere } from './headValues.ts'
import { largest } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { answering, cellSentence, placeText, quantityNames, shortNumber, sourcesByWeight } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many sources are listed; a file has all. */
const mostListed = 300

export function numbersLook(doing: Doing): AttentionLook {
  const position = made('input', { type: 'number', min: 0 })
  const told = made('p', { class: 'quiet' })
  const table = made('table', { part: 'numbers' })
  const root = made(
    'div',
    {},
    made('div', { class: 'tools' }, made('label', {}, 'position', position)),
    told,
    made('div', { class: 'table' }, table),
  )
  let sight: HeadSight
  let at = -1
  let weights = new Float32Array()
  const mark = (): void => {
    for (const own of table.querySelectorAll('button'))
      own.ariaPressed = String(sight.pinned?.position === at && sight.pinned.source === placeAt(own))
  }
  const list = (): void => {
    const sources = sourcesByWeight(weights)
    const shown = sources.slice(0, mostListed)
    const end = largest([weights])
    const together = shortNumber(shown.reduce((sum, source) => sum + weights[source], 0))
    const which = shown.length < sources.length ? `the largest ${shown.length} of ` : ''
    const masked = weights.length - sources.length
    told.textContent = `${sight.title()}, position ${placeText(sight.labels.positions, at)}: ${which}${sources.length} ${answering(sight)}s, together ${together}${masked ? `; ${masked} masked` : ''}`
    const lines = shown.map((source) => {
      const bar = made('i')
      const strength = sight.strength(weights[source], end)
      put(bar, { width: 120 * Math.abs(strength) })
      bar.style.background = sight.colour(Math.sign(strength) * 0.75)
      const name = made('button', { type: 'button', 'data-at': source }, placeText(sight.labels.sources, source))
      const value = String(weights[source])
      return made(
        'tr',
        {},
        made('th', { scope: 'row' }, name),
        made('td', {}, made('data', { value, title: value }, shortNumber(weights[source]))),
        made('td', {}, bar),
      )
    })
    const head = [answering(sight), quantityNames[sight.quantity]].map((name) => made('th', { scope: 'col' }, name))
    table.replaceChildren(made('tr', {}, ...head, made('td')), ...lines)
    mark()
  }
  const look = (place: number): void => {
    if (!(place >= 0 && place < sight.size.rows)) return
    at = place
    if (sight.values)
      whenThere(sight.values.row(at), (row) => {
        if (at !== place) return
        weights = row as Float32Array<ArrayBuffer>
        list()
      })
  }
  position.oninput = () => look(Math.floor(position.valueAsNumber))
  onComing(table, ({ target }) => {
    const source = placeAt(target)
    if (source !== undefined)
      doing.say(`${cellSentence(sight, { position: at, source }, weights)}; in full ${weights[source]}`)
  })
  table.onclick = ({ target }) => {
    const source = placeAt(target)
    if (source !== undefined) doing.pin({ position: at, source })
  }
  table.oncopy = (event) => {
    event.clipboardData?.setData(
      'text/plain',
      rowLines(sight, at, weights)
        .map((line) => line.join('\t'))
        .join('\n'),
    )
    event.preventDefault()
  }
  onKeys(root, () => ({ Escape: doing.back }))
  return {
    root,
    draw(now) {
      sight = now
      const last = sight.size.rows - 1
      position.max = String(last)
      look(sight.pinned?.position ?? (at < 0 || at > last ? last : at))
      position.value = String(at)
    },
    mark,
    focus: () => position.focus(),
  }
}
