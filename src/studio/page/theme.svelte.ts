// Light or dark: as the system has it, or as the person has chosen here.

export type ThemeName = 'system' | 'light' | 'dark'

const storageKey = 'cutaway-theme'
const names: readonly ThemeName[] = ['system', 'light', 'dark']

class Theme {
  #name = $state<ThemeName>('system')
  #systemIsDark = $state(false)
  /** For what is drawn on a canvas; CSS knows by itself. */
  readonly isDark = $derived(this.#name === 'system' ? this.#systemIsDark : this.#name === 'dark')

  constructor() {
    const query = matchMedia('(prefers-color-scheme: dark)')
    this.#systemIsDark = query.matches
    query.addEventListener('change', ({ matches }) => {
      this.#systemIsDark = matches
    })
    this.choose(names.find((name) => name === kept()) ?? 'system')
  }

  get name(): ThemeName {
    return this.#name
  }

  choose(name: ThemeName): void {
    this.#name = name
    if (name === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = name
    keep(name)
  }

  /** The next one, for a switch. */
  turn(): void {
    this.choose(names[(names.indexOf(this.#name) + 1) % names.length])
  }
}

// Where nothing may be kept, the choice lasts as long as the page.
function kept(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}
function keep(name: ThemeName): void {
  try {
    localStorage.setItem(storageKey, name)
  } catch {}
}

export const theme = new Theme()

let probe: HTMLElement | undefined

/** A colour of style.css as it is now, for a canvas: `colourOf('--accent')`. Asked again when `theme.isDark` has changed. */
export function colourOf(name: `--${string}`): string {
  void theme.isDark
  if (!probe) {
    probe = document.createElement('span')
    probe.hidden = true
    document.body.append(probe)
  }
  // Where a person's own few colours are forced upon the page, bands and lines are still told apart.
  probe.style.setProperty('forced-color-adjust', 'none')
  probe.style.color = `var(${name})`
  return getComputedStyle(probe).color
}
