// The settings that a run was trained with, for those who need none of its numbers.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { settingsFromJSON, type TrainSettings } from '../train/settings.ts'

/** The longest header that is looked into. */
const mostBytes = 10_000_000

/** The settings that a run was trained with, from the header of its training.safetensors; nothing where there is none. */
export async function loadSettings(folder: string): Promise<Partial<TrainSettings>> {
  const file = await open(join(folder, 'training.safetensors')).catch(() => undefined)
  if (!file) return {}
  try {
    const length = Buffer.alloc(8)
    await file.read(length, 0, 8, 0)
    const header = Buffer.alloc(Math.min(mostBytes, Number(length.readBigUInt64LE())))
    await file.read(header, 0, header.length, 8)
    return settingsFromJSON(JSON.parse(JSON.parse(header.toString()).__metadata__.settings))
  } catch {
    // They only say how large a batch was: a damaged file is told about by those who load it.
    return {}
  } finally {
    await file.close()
  }
}
