// Every kind of panel in all its looks. A new kind is a row here, and a file beside this one.

import type { PanelKind, PanelOf } from '../figure.ts'
import type { LineOptions } from '../lines.ts'
import { barsLines, barsPicture, barsTable } from './bars.ts'
import { chartLines, chartPicture, chartTable } from './chart.ts'
import { courseLines, courseTable } from './course.ts'
import { coursePicture } from './coursePicture.ts'
import { graphLines, graphTable } from './graph.ts'
import { graphPicture } from './graphPicture.ts'
import { gridLines, gridTable } from './grid.ts'
import { gridPicture } from './gridPicture.ts'
import { multiplesLines, multiplesTables } from './multiples.ts'
import { multiplesPicture } from './multiplesPicture.ts'
import type { PanelPicture, PanelTable, PictureRoom } from './picture.ts'
import { pointsLines, pointsTable } from './points.ts'
import { pointsPicture } from './pointsPicture.ts'
import { tableOfTable, tablePage, tablePanelLines, tablePicture } from './table.ts'

export interface PanelLooks<P> {
  readonly lines: (panel: P, options: LineOptions) => string[]
  /** `room`: that of a picture by itself, if not given. */
  readonly picture: (panel: P, room?: PictureRoom) => PanelPicture
  readonly tables: (panel: P) => readonly PanelTable[]
  /** Its HTML, where a page shows it otherwise than as its picture. */
  readonly page?: (panel: P) => string
}

const looks: { readonly [K in PanelKind]: PanelLooks<PanelOf<K>> } = {
  grid: { lines: gridLines, picture: gridPicture, tables: (panel) => [gridTable(panel)] },
  multiples: {
    lines: multiplesLines,
    picture: multiplesPicture,
    tables: multiplesTables,
  },
  bars: { lines: barsLines, picture: barsPicture, tables: (panel) => [barsTable(panel)] },
  lines: { lines: chartLines, picture: chartPicture, tables: (panel) => [chartTable(panel)] },
  course: { lines: courseLines, picture: coursePicture, tables: (panel) => [courseTable(panel)] },
  points: { lines: pointsLines, picture: pointsPicture, tables: (panel) => [pointsTable(panel)] },
  graph: { lines: graphLines, picture: graphPicture, tables: (panel) => [graphTable(panel)] },
  table: { lines: tablePanelLines, picture: tablePicture, tables: (panel) => [tableOfTable(panel)], page: tablePage },
}

/** The looks of a panel's kind. */
export const looksOf = <K extends PanelKind>(panel: PanelOf<K>): PanelLooks<PanelOf<K>> => looks[panel.kind]
