// The tokens themselves: the strip above each says how much the token that is looked at reads it, the strip below how much it reads that
// one. Lines lead to the eight that are read most.

import { made, onComing, onKeys, placeAt, setAttributes } from './dom.ts'
import { whenThere } from './headValues.ts'
import { isSeen, largest } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { cellSentence, placeText, shortNumber, sourcesByWeight } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** Lines lead to so many tokens; of longer texts so many tokens around the one that is looked at are shown, of two texts together. */
const [mostLines, mostTokens] = [8, 600]

type Side = 'positions' | 'sources'

export function textLook(doing: Doing): AttentionLook {
  const told = made('p', { class: 'quiet' })
  const texts = made('div', { class: 'texts', part: 'text' })
  const lines = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  lines.ariaHidden = 'true'
  const root = made('div', {}, told, texts)
  let sight: HeadSight
  /** The token that is looked at. */
  let side: Side = 'positions'
  let at = -1
  const tokenAt = (of: Side, place: number): HTMLElement | null =>
    texts.querySelector(`[data-side=${of}] [data-at="${place}"]`)
  const sideOf = (target: EventTarget | null): Side =>
    (target as Element).closest('[data-side=sources]') ? 'sources' : 'positions'

  const look = (of: Side, place: number): void => {
    if (!tokenAt(of, place)) {
      at = place
      side = of
      draw()
    }
    tokenAt(side, at)?.setAttribute('tabindex', '-1')
    side = of
    at = place
    shade()
  }
  /** Shades both strips of all tokens for the one that is looked at. */
  const shade = (): void => {
    const { values, isOneText, labels } = sight
    for (const strip of texts.querySelectorAll('i')) strip.removeAttribute('style')
    for (const token of texts.querySelectorAll('[aria-selected=true]')) token.ariaSelected = 'false'
    const here = tokenAt(side, at)
    if (here) {
      here.ariaSelected = 'true'
      here.tabIndex = 0
    }
    const token = placeText(labels[side], at)
    const reads = `above: what position ${token} reads`
    const isRead = `below: who reads ${isOneText ? 'it' : `source ${token}`}`
    told.textContent = isOneText ? `${reads}; ${isRead}` : side === 'positions' ? reads : isRead
    lines.replaceChildren()
    if (!values) return
    const fill = (which: 0 | 1, weights: Float32Array): void => {
      if (here !== tokenAt(side, at)) return
      const [most] = sourcesByWeight(weights)
      const answers: Side = isOneText || which === 1 ? 'positions' : 'sources'
      const end = largest([weights])
      for (const own of texts.querySelectorAll<HTMLElement>(`[data-side=${answers}] [data-at]`)) {
        const strip = own.querySelectorAll('i')[which]
        const value = weights[placeAt(own) ?? 0]
        strip.className = isSeen(value) ? '' : 'hatched'
        if (isSeen(value)) strip.style.background = sight.colour(sight.strength(value, end))
      }
      if (which === 0) drawLines(answers, weights, end)
      if (most === undefined) return
      if (which === 0) doing.say(cellSentence(sight, { position: at, source: most }, weights))
      else if (!isOneText)
        doing.say(
          `source ${token} is read most by position ${placeText(labels.positions, most)}: ${shortNumber(weights[most])}`,
        )
    }
    if (side === 'positions') whenThere(values.row(at), (weights) => fill(0, weights))
    if (side === 'sources' || isOneText) whenThere(values.column(at), (weights) => fill(1, weights))
  }
  /** Lines from the token to those that it reads most. `end`: the largest of its weights. */
  const drawLines = (answers: Side, weights: Float32Array, end: number): void => {
    const box = texts.getBoundingClientRect()
    const endOf = (token: Element | null): readonly [number, number] | undefined => {
      const own = token?.getBoundingClientRect()
      // Lines between two texts go from one to the other, those within one over it.
      const y = own && (token === here || sight.isOneText ? own.top : own.bottom)
      return own && y !== undefined ? [own.left - box.left + own.width / 2, y - box.top] : undefined
    }
    const here = tokenAt(side, at)
    const from = endOf(here)
    for (const source of sourcesByWeight(weights).slice(0, mostLines)) {
      const to = endOf(tokenAt(answers, source))
      const strength = sight.strength(weights[source], end)
      if (!from || !to || !strength) continue
      const line = document.createElementNS(lines.namespaceURI, 'path')
      const over = Math.min(from[1], to[1]) - Math.min(26, 8 + Math.abs(from[0] - to[0]) / 6)
      const height = sight.isOneText ? over : (from[1] + to[1]) / 2
      setAttributes(line, {
        d: `M${from}C${from[0]} ${height} ${to[0]} ${height} ${to}`,
        stroke: sight.colour(Math.sign(strength) * Math.max(0.35, Math.abs(strength))),
        'stroke-width': 1 + 3 * Math.abs(strength),
      })
      lines.append(line)
    }
  }
  /** Pins the token with what it reads most, or with who reads it most. */
  const pin = (): void => {
    const { values } = sight
    if (side === 'positions' && values)
      whenThere(values.row(at), (row) => doing.pin({ position: at, source: sourcesByWeight(row)[0] ?? 0 }))
    else if (values)
      whenThere(values.column(at), (column) => doing.pin({ position: sourcesByWeight(column)[0] ?? 0, source: at }))
  }
  const listOf = (of: Side, name: string): HTMLElement => {
    const labels = sight.labels[of]
    const most = mostTokens / (sight.isOneText ? 1 : 2)
    const from = Math.max(0, Math.min(labels.length - most, of === side ? at - most / 2 : 0))
    const tokens = labels.slice(from, from + most).map((label, i) =>
      made(
        'span',
        {
          role: 'option',
          'aria-label': placeText(labels, from + i),
          'aria-selected': 'false',
          'data-at': from + i,
          tabindex: -1,
        },
        made('i'),
        made('b', sight.padding[of].includes(from + i) ? { class: 'grey' } : {}, label),
        made('i'),
      ),
    )
    const part = tokens.length < labels.length ? `, ${tokens.length} of ${labels.length} tokens` : ''
    const list = made('div', { role: 'listbox', 'aria-label': name, 'aria-orientation': 'horizontal' }, ...tokens)
    return made('div', { 'data-side': of }, made('p', { class: 'quiet' }, name + part), list)
  }
  const draw = (): void => {
    const hasFocus = texts.matches(':focus-within')
    if (at < 0 || at >= sight.labels[side].length) {
      side = 'positions'
      at = sight.labels.positions.length - 1
    }
    texts.replaceChildren(
      ...(sight.isOneText ? [] : [listOf('sources', 'sources')]),
      listOf('positions', sight.kind === 'encoder' ? 'the sources' : 'the text'),
      lines,
    )
    shade()
    if (hasFocus) tokenAt(side, at)?.focus()
  }

  onComing(texts, ({ target }) => {
    const place = placeAt(target)
    if (place !== undefined && (place !== at || sideOf(target) !== side)) look(sideOf(target), place)
  })
  texts.onclick = ({ target }) => {
    if (placeAt(target) !== undefined) pin()
  }
  onKeys(texts, () => {
    const to =
      (place: number, of = side) =>
      () => {
        look(of, Math.max(0, Math.min(sight.labels[of].length - 1, place)))
        tokenAt(side, at)?.focus()
      }
    const other = sight.isOneText ? undefined : to(at, side === 'positions' ? 'sources' : 'positions')
    return {
      ArrowLeft: to(at - 1),
      ArrowRight: to(at + 1),
      Home: to(0),
      End: to(Infinity),
      ArrowUp: other,
      ArrowDown: other,
      Enter: pin,
      ' ': pin,
      Escape: doing.back,
    }
  })
  return {
    root,
    draw(now) {
      sight = now
      if (sight.pinned) {
        side = 'positions'
        at = sight.pinned.position
      }
      draw()
    },
    focus: () => tokenAt(side, at)?.focus(),
  }
}
