// Targets: chat templates, and what is said in a chat.

import { chatPrompt } from '../../src/checkpoint.ts'
import { templates } from './examples.ts'
import { mutatedJSON, mutatedText } from './mutate.ts'
import { claim, target } from './target.ts'

const talk = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
  { role: 'user', content: 'Bye' },
]
const tokens = { bos_token: '<s>', eos_token: '</s>' }

export const chatTemplates = target(
  'chat templates',
  (random) => ({ template: mutatedText(random.pick(templates), random), messages: talk }),
  async (chat) =>
    claim(typeof (await chatPrompt({ ...chat, tokens, addGenerationPrompt: true })) === 'string', 'no text'),
)

export const chatMessages = target(
  'chat messages',
  (random) => ({ template: random.pick(templates), messages: mutatedJSON(talk, random) as typeof talk }),
  async (chat) =>
    claim(typeof (await chatPrompt({ ...chat, tokens, addGenerationPrompt: true })) === 'string', 'no text'),
)
