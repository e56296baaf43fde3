// Numbers are shown with three digits. What is copied has all of them, as `Quantity.svelte` has them beside what it shows.

/** Puts the numbers of what is chosen into the clipboard with all their digits. Where there are none the browser copies by itself. */
function copyFully(event: ClipboardEvent): void {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || !event.clipboardData) return
  const chosen = selection.getRangeAt(0).cloneContents()
  const numbers = chosen.querySelectorAll<HTMLElement>('.quantity[data-value]')
  if (numbers.length === 0) return
  for (const number of numbers) number.textContent = number.dataset['value'] ?? ''
  event.clipboardData.setData('text/plain', textOf(chosen).trim())
  event.preventDefault()
}

const breaks = new Set(['P', 'LI', 'TR', 'H3', 'DT', 'DD', 'CAPTION'])

/** As the browser would write it: lines of what stands in lines, and tabs between the cells of a row. */
function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\s+/g, ' ')
  const inside = [...node.childNodes].map(textOf).join('')
  if (node.nodeName === 'TD' || node.nodeName === 'TH') return `${inside.trim()}\t`
  return breaks.has(node.nodeName) ? `${inside.trim()}\n` : inside
}

/** Until the function that is returned is called. */
export function copyNumbersFully(): () => void {
  document.addEventListener('copy', copyFully)
  return () => document.removeEventListener('copy', copyFully)
}
