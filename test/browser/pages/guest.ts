// Whoever goes through the Studio's page without a driver: controls are found by the names that they have.

const controls = 'button, a[href], input, select, textarea, summary, [role=button]'

export class Guest {
  readonly #of: () => Document

  /** - `of`: the page, which may be loaded again meanwhile */
  constructor(of: () => Document) {
    this.#of = of
  }

  get document(): Document {
    return this.#of()
  }

  /** Waits for what `find` gives. */
  async wait<T>(what: string, find: () => T | undefined | null | false): Promise<T> {
    for (const end = performance.now() + 100_000; performance.now() < end; ) {
      const found = find()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    throw new Error(
      `studio: ${what} does not come. Step ${this.step()}, ${this.document.querySelector('.bar .figures')?.textContent}. There is: ${this.document.body.innerText.slice(-1500)}`,
    )
  }

  find<E extends HTMLElement>(selector: string, name: RegExp): E | undefined {
    return [...this.document.querySelectorAll<E>(selector)].find(
      (element) => element.getClientRects().length > 0 && name.test(nameOf(element)),
    )
  }

  control(name: RegExp, selector: string = controls): Promise<HTMLElement> {
    return this.wait(`a control "${name.source}"`, () => {
      const found = this.find<HTMLElement>(selector, name)
      return found && !(found as HTMLButtonElement).disabled ? found : undefined
    })
  }

  async press(name: RegExp, selector?: string): Promise<void> {
    ;(await this.control(name, selector)).click()
  }

  async fill(name: RegExp, value: string): Promise<void> {
    const field = (await this.control(name)) as HTMLInputElement
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  go(standpoint: Readonly<Record<string, string>>): void {
    this.document.location.hash = `#${new URLSearchParams(standpoint)}`
  }

  step(): number {
    return Number(this.document.querySelector<HTMLElement>('[data-step]')?.dataset['step'] ?? Number.NaN)
  }
}

/** The name of a control. */
export function nameOf(element: HTMLElement): string {
  const label = (element as HTMLInputElement).labels?.[0]?.textContent
  return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').replace(/\s+/g, ' ').trim()
}
