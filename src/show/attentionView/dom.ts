// Elements made in one call.

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** An element with attributes and children. An attribute that is true is there without a value; one that is false or undefined is not. */
export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  element.append(...children)
  return element
}

/** Sizes and places an element, in pixels. Styles are set one by one: pages may forbid them in markup. */
export function put(element: HTMLElement, places: Partial<Record<'left' | 'top' | 'width' | 'height', number>>): void {
  for (const [name, value] of Object.entries(places)) element.style.setProperty(name, `${value}px`)
}

/** A choice of several, with its name: a list that opens. */
export class ChoiceList {
  readonly root: HTMLLabelElement
  readonly #select = made('select')
  #options = ''

  constructor(name: string, choose: (value: string) => void) {
    this.root = made('label', { part: 'choice' }, made('span', {}, name), this.#select)
    this.#select.addEventListener('change', () => choose(this.#select.value))
  }

  /** Shows the options, [value, text] each, and the one that is chosen; nothing where there is no choice. */
  show(options: readonly (readonly [value: string, text: string])[], chosen: string): void {
    const key = JSON.stringify(options)
    if (key !== this.#options) {
      this.#options = key
      this.#select.replaceChildren(...options.map(([value, text]) => made('option', { value }, text)))
    }
    this.#select.value = chosen
    this.root.hidden = options.length < 2
  }
}
