// The page begins. Until then stands there what it will show first (beginning.ts), of which nothing can be used.

import { mount } from 'svelte'
import App from './App.svelte'

const target = document.getElementById('studio')
if (target) {
  target.replaceChildren()
  mount(App, { target })
  target.inert = false
}
