// Everything that is fuzzed: whatever reads something from outside.

import { chatMessages, chatTemplates } from './chats.ts'
import { configFiles, generationConfigFiles, jsonTexts } from './configs.ts'
import { commandLines } from './flags.ts'
import { hub } from './hub.ts'
import { pictureFiles, recordingFiles } from './media.ts'
import { patterns } from './patterns.ts'
import { sentenceFolders } from './sentences.ts'
import type { Target } from './target.ts'
import { tableFiles, textFiles } from './texts.ts'
import { tokenizerFiles, tokenizerTexts } from './tokenizers.ts'
import { modelFolders, safetensorsFiles, trainingFiles } from './weights.ts'

export const targets: readonly Target[] = [
  jsonTexts,
  tokenizerFiles,
  tokenizerTexts,
  patterns,
  chatTemplates,
  chatMessages,
  configFiles,
  generationConfigFiles,
  safetensorsFiles,
  modelFolders,
  sentenceFolders,
  trainingFiles,
  tableFiles,
  textFiles,
  pictureFiles,
  recordingFiles,
  commandLines,
  hub,
]
