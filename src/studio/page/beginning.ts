// The page as it is before its script is there, as HTML (tools/studio.ts): it stands in index.html, so that the first picture waits for no
// script.

import { render } from 'svelte/server'
import App from './App.svelte'

export const beginning = (): string => render(App).body
