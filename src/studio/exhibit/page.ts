// The page of an exhibit begins.

import { mount } from 'svelte'
import '../page/style.css'
import Exhibit from './Exhibit.svelte'

const target = document.getElementById('studio')
if (target) {
  target.replaceChildren()
  mount(Exhibit, { target })
}
