// What follows from other settings where nobody says it, and goes with them when they change: the rate at the end with the
// highest, the warm-up with the number of steps.

import { small, type TrainSettings } from './settings.ts'

/** For a setting, what it usually is, given the others. Those that others build on come first. */
export type Rules = { readonly [K in keyof TrainSettings]?: (settings: TrainSettings) => TrainSettings[K] }

export const usualRules = {
  leastRate: ({ rate }) => rate / 10,
  warmup: ({ steps }) => Math.min(small.training.warmup, Math.ceil(steps / 20)),
} as const satisfies Rules

/** Settings with others in their place; what followed from them by these rules, and is not given, follows. */
export function changed(kept: TrainSettings, given: Partial<TrainSettings>, rules: Rules = usualRules): TrainSettings {
  let settings: TrainSettings = { ...kept, ...given }
  for (const [name, rule] of Object.entries(rules) as [keyof TrainSettings, (settings: TrainSettings) => unknown][])
    if (given[name] === undefined && kept[name] === rule(kept)) settings = { ...settings, [name]: rule(settings) }
  return settings
}
