// The page of results: what the lab found, as Markdown that it wrote by itself, with a picture for each question beside it.

import { figureSvg } from '../show/figureSvg.ts'
import type { LabAnswer } from './answer.ts'
import { labFigure, meanText, sizesSay } from './labFigure.ts'

/** A page, and the pictures that it shows: by their names, as SVG. */
export interface LabPage {
  readonly markdown: string
  readonly pictures: ReadonlyMap<string, string>
}

/**
 * Writes down what is known of questions.
 *
 * - `folder`: where the pictures are, seen from the page
 * - `command`: the words that made it
 */
export function writeLab(
  answers: readonly LabAnswer[],
  { folder, command, today }: { readonly folder: string; readonly command: string; readonly today: string },
): LabPage {
  const pictures = new Map<string, string>()
  const sections = answers.map((answer) => {
    const isMeasured = answer.variants.some(({ seeds }) => seeds.length > 0)
    if (isMeasured) pictures.set(`${answer.name}.svg`, figureSvg(pictureOf(answer)))
    return section(answer, isMeasured ? `${folder}/${answer.name}.svg` : undefined)
  })
  const days = answers.flatMap(({ day }) => day ?? []).sort()
  const measured = days.length === 0 ? 'Nothing is measured yet.' : `Measured ${days[0]} to ${days[days.length - 1]}.`
  const markdown = [
    '# The lab',
    `Written on ${today} by \`${command}\`; every number and every verdict is computed. ${measured.replace(/ (\S+) to \1\./, ' on $1.')}`,
    'A number is a mean over seeds ± half of its 95 % interval (Student’s t). Two variants are compared seed by seed, since equal seeds have equal batches: ' +
      'where the interval of the difference lies within the margin, there is no difference at this size; where it lies on one side of 0, one is better; ' +
      'otherwise, or with fewer than three seeds, there are not enough seeds to say.',
    'Each claim stands by itself: of twenty, one may be wrong by chance. Rates, sizes and some margins and numbers of seeds were chosen by trial trainings while a ' +
      'question was written, some of them on this text and with these seeds; so trust what is far from its margin, and try other seeds (`--seeds`) and texts (`--text`).',
    answers.map(({ name, asks }) => `- [${asks}](#${name})`).join('\n'),
    ...sections,
  ]
  return { markdown: `${markdown.join('\n\n')}\n`, pictures }
}

/** The figure without its sentences and its table, which stand in the page. */
function pictureOf(answer: LabAnswer) {
  const { panels, ...figure } = labFigure(answer)
  const drawn = panels.filter(({ kind }) => kind !== 'table')
  return { ...figure, notes: [], panels: drawn.length > 0 ? drawn : panels }
}

function section(answer: LabAnswer, picture: string | undefined): string {
  const { name, asks, setting, published, measures, variants, verdicts, orders } = answer
  const columns = Object.entries(measures)
  const header = ['', ...columns.map(([, { title, unit }]) => `${title}, ${unit}`), 'seeds']
  const rows = variants.map((variant) => [
    variant.name,
    ...columns.map(([each, measure]) => meanText(variant, each, measure)),
    `${variant.seeds.length} of ${answer.seeds}`,
  ])
  const says = [...orders, ...verdicts].map((each) => `- ${each.says}`)
  const texts = variants.flatMap((variant) =>
    Object.entries(variant.texts).map(([what, text]) => `${variant.name}, ${what}:\n\n${fenced(text)}`),
  )
  return [
    `<a id="${name}"></a>`,
    `## ${asks}`,
    `\`cutaway lab ${name}\`. ${setting} ${sizesSay(answer)}`,
    `**Published.** ${published}`,
    [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
      .map((row) => `| ${row.map(cell).join(' | ')} |`)
      .join('\n'),
    ...(picture === undefined ? [] : [`![${asks}](${picture})`]),
    ...texts,
    `**Verdict.**\n\n${says.join('\n')}`,
  ].join('\n\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A text as it is, between fences that do not stand in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}
