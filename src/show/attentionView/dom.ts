// Elements made in one call, and what is done with many of them.

/** An element with attributes and children. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

export type Attributes = Readonly<Record<string, string | number>>

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}

/** A button with a name for those who cannot see its sign. */
export function button(text: string, act: () => void, name = text): HTMLButtonElement {
  const own = made('button', { type: 'button', 'aria-label': name }, text)
  own.onclick = act
  return own
}

/** Sizes and places an element, in pixels. Styles are set one by one: pages may forbid them in markup. */
export function put(element: HTMLElement, places: Partial<Record<'left' | 'top' | 'width' | 'height', number>>): void {
  for (const [name, value] of Object.entries(places)) element.style.setProperty(name, `${value}px`)
}

/** Does what a key is for, and keeps it from the page then. */
export function onKeys(
  element: HTMLElement,
  actsOf: (key: string) => Readonly<Record<string, (() => void) | undefined>>,
): void {
  element.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : actsOf(event.key)[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  })
}

/** The number that an element, or one around it, has in `data-at`; undefined outside of those. */
export function placeAt(target: EventTarget | null): number | undefined {
  const at = target instanceof Element ? target.closest<HTMLElement>('[data-at]')?.dataset['at'] : undefined
  return at === undefined ? undefined : Number(at)
}

/** Hears of what the pointer or the keyboard comes to. */
export function onComing(element: HTMLElement, come: (event: Event) => void): void {
  element.addEventListener('pointerover', come)
  element.addEventListener('focusin', come)
}

/** A choice of several, with its name. */
export interface ChoiceList {
  readonly root: HTMLElement
  /** Shows the options, by their values, and the one that is chosen; nothing where there is no choice. */
  show(options: Readonly<Record<string, string>>, chosen: string | number): void
}

export function choiceList(name: string, choose: (value: string) => void): ChoiceList {
  const select = made('select', { 'aria-label': name })
  const root = made('label', {}, name, select)
  select.onchange = () => choose(select.value)
  let shown = ''
  return {
    root,
    show(options, chosen) {
      const values = Object.keys(options)
      // Options that stay are not made anew: the list may be open.
      if (shown !== (shown = JSON.stringify(options)))
        select.replaceChildren(...values.map((value) => made('option', { value }, options[value])))
      select.value = String(chosen)
      root.hidden = values.length < 2
    },
  }
}
