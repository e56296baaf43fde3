// All tasks by name.

import { didYouMean } from '../../text/spelling.ts'
import { additionTask } from './addition.ts'
import { copyTask } from './copy.ts'
import { datesTask } from './dates.ts'
import { modularAdditionTask } from './modularAddition.ts'
import { reverseTask } from './reverse.ts'
import { scenesTask } from './scenes.ts'
import { sortTask } from './sort.ts'
import { successorTask } from './successor.ts'
import type { Task } from './task.ts'

/** Every task, with its usual sizes. */
export const tasks: Readonly<Record<string, () => Task>> = {
  copy: copyTask,
  reverse: reverseTask,
  sort: sortTask,
  addition: additionTask,
  'modular-addition': modularAdditionTask,
  successor: successorTask,
  dates: datesTask,
  scenes: scenesTask,
}

/** The task of a name. Throws when there is none, naming the nearest. */
export function taskNamed(name: string): Task {
  if (Object.hasOwn(tasks, name)) return tasks[name]()
  const names = Object.keys(tasks)
  throw new Error(`task: there is no task "${name}".${didYouMean(name, names)} There are ${names.join(', ')}.`)
}
