/**
 * Pages of words, tables and lines as a slide deck (PPTX): it can be shown, printed, and changed by whoever takes it to the conference.
 * pptxgenjs writes it; letters of every script come out, for the reader's own fonts draw them.
 */
export type Page =
  | { readonly kind: 'title'; readonly title: string; readonly lines: readonly string[]; readonly mark: string }
  /** What it says, and what there is to say. */
  | { readonly kind: 'facts'; readonly title: string; readonly facts: readonly (readonly [name: string, value: string])[] }
  /** `widths` are shares of the page. Long tables go on over further slides. */
  | {
      readonly kind: 'table'
      readonly title: string
      readonly columns: readonly string[]
      readonly widths: readonly number[]
      readonly rows: readonly (readonly string[])[]
    }
  | { readonly kind: 'lines'; readonly title: string; readonly series: readonly Series[] }

/** Values of one measure, the oldest first. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [at: string, value: number])[]
}

interface Deck {
  /** Base 64. */
  readonly data: string
  readonly slides: number
}

/** Its types tell of CommonJS, what Node imports is the module: the class is the default export. */
type Pptx = typeof import('pptxgenjs')['default']
type Slide = ReturnType<InstanceType<Pptx>['addSlide']>

export const pptx = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

const colours = { ink: '22303C', soft: '5B6B78', accent: '1F6F78', band: 'EAF3F3', line: 'D5DEE3', paper: 'FFFFFF' }
/** Inches, of a page of 13.33 by 7.5. */
const margin = 0.6
const width = 13.33 - 2 * margin
/** For the rows of a table, below its head. */
const room = 4.9
/** Cells that say more than that are cut: a slide is no record. */
const longest = 220

/** Without what XML has no place for. https://www.w3.org/TR/xml/#charsets */
const cut = (text: string): string => {
  const letters = [...text.toWellFormed()].filter((letter) => letter >= ' ' && letter !== '\ufffe' && letter !== '\uffff')
  return letters.length > longest
    ? `${letters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
    : letters.join('')
}

export async function deckOf(pages: readonly Page[], footer: string): Promise<Deck> {
  // Loaded when it is first wanted: it is the largest of our packages.
  const { default: Pptx } = (await import('pptxgenjs')) as unknown as { default: Pptx }
  const deck = new Pptx()
  deck.layout = 'LAYOUT_WIDE'
  deck.author = 'Warm Handoff'
  deck.title = pages[0]?.title ?? ''
  let slides = 0
  for (const page of pages.flatMap(split)) {
    const slide = deck.addSlide()
    slides++
    slide.background = { color: page.kind === 'title' ? colours.accent : colours.paper }
    draw(slide, page)
    if (page.kind !== 'title') drawFooter(slide, footer, slides)
  }
  return { data: (await deck.write({ outputType: 'base64' })) as string, slides }
}

/** A table that is too long for a slide, as several. */
function split(page: Page): readonly Page[] {
  if (page.kind !== 'table') return [page]
  const parts: (readonly string[])[][] = [[]]
  let left = room
  for (const row of page.rows) {
    const height = heightOf(row, columnsOf(page.widths))
    if (height > left && parts.at(-1)!.length > 0) {
      parts.push([])
      left = room
    }
    parts.at(-1)!.push(row)
    left -= height
  }
  if (parts.length === 1) return [page]
  return parts.map((rows, part) => ({ ...page, rows, title: `${page.title} (${part + 1} of ${parts.length})` }))
}

const columnsOf = (widths: readonly number[]): readonly number[] => {
  const whole = widths.reduce((sum, share) => sum + share, 0)
  return widths.map((share) => (share / whole) * width)
}

/** As high as the cell with the most lines, on a guess of nine letters to the inch. */
const heightOf = (cells: readonly string[], columns: readonly number[]): number =>
  0.2 + 0.27 * Math.max(...cells.map((text, at) => Math.max(1, Math.ceil(cut(text).length / (columns[at]! * 9)))))

function draw(slide: Slide, page: Page): void {
  if (page.kind === 'title') {
    drawTitle(slide, page)
    return
  }
  slide.addText(cut(page.title), {
    x: margin,
    y: 0.35,
    w: width,
    h: 0.7,
    fontSize: 28,
    bold: true,
    color: colours.ink,
    margin: 0,
  })
  slide.addShape('rect', { x: margin, y: 1.08, w: 0.9, h: 0.06, fill: { color: colours.accent } })
  if (page.kind === 'facts') drawFacts(slide, page.facts)
  else if (page.kind === 'table') drawTable(slide, page)
  else drawLines(slide, page.series)
}

function drawTitle(slide: Slide, { title, lines, mark }: Extract<Page, { kind: 'title' }>): void {
  const at = { x: 1, w: 11.33, margin: 0, color: colours.paper }
  slide.addText(cut(title), { ...at, y: 2, h: 1.5, fontSize: 40, bold: true, valign: 'bottom', fit: 'shrink' })
  slide.addShape('rect', { x: 1, y: 3.7, w: 1.4, h: 0.06, fill: { color: colours.paper } })
  const text = lines.map((line) => ({ text: cut(line), options: { breakLine: true } }))
  slide.addText(text, { ...at, y: 3.95, h: 1.7, fontSize: 20, valign: 'top', lineSpacingMultiple: 1.25 })
  slide.addText(mark, { ...at, y: 6.7, h: 0.4, fontSize: 13, charSpacing: 1 })
}

function drawFacts(slide: Slide, facts: readonly (readonly [string, string])[]): void {
  const rows = facts.map(([name, value]) => [
    { text: name, options: { color: colours.soft, bold: true } },
    { text: cut(value), options: { color: colours.ink } },
  ])
  const border = { type: 'solid', pt: 0.75, color: colours.line } as const
  slide.addTable(rows, {
    ...{ x: margin, y: 1.4, w: width, colW: [2.8, width - 2.8], fontSize: 16, margin: [0.09, 0.1, 0.09, 0.05] },
    border: [{ type: 'none' }, { type: 'none' }, border, { type: 'none' }],
    valign: 'top',
  })
}

function drawTable(slide: Slide, { columns, widths, rows }: Extract<Page, { kind: 'table' }>): void {
  const head = columns.map((text) => ({ text, options: { bold: true, color: colours.paper, fill: { color: colours.accent } } }))
  const body = rows.map((cells, at) =>
    cells.map((text, column) => ({
      text: cut(text),
      options: { color: colours.ink, bold: column === 0, ...(at % 2 === 1 && { fill: { color: colours.band } }) },
    })),
  )
  slide.addTable([head, ...body], {
    ...{ x: margin, y: 1.4, w: width, colW: [...columnsOf(widths)], fontSize: 16 },
    margin: [0.1, 0.1, 0.1, 0.1],
    border: { type: 'solid', pt: 0.5, color: colours.line },
    valign: 'middle',
  })
}

/** One chart for each measure, side by side. */
function drawLines(slide: Slide, series: readonly Series[]): void {
  const w = width / series.length
  for (const [at, { name, points }] of series.entries()) {
    const data = [{ name, labels: points.map(([day]) => day), values: points.map(([, value]) => value) }]
    slide.addChart('line', data, {
      ...{ x: margin + at * w, y: 1.4, w: w - 0.2, h: 5.2, chartColors: [colours.accent], lineSize: 3, lineDataSymbolSize: 9 },
      ...{ showTitle: true, title: cut(name), titleFontSize: 14, titleColor: colours.ink, showLegend: false, showValue: true },
      ...{
        catAxisLabelFontSize: 11,
        valAxisLabelFontSize: 11,
        valAxisMinVal: 0,
        valGridLine: { color: colours.line, size: 0.5 },
      },
      dataLabelPosition: 't',
    })
  }
}

function drawFooter(slide: Slide, footer: string, number: number): void {
  const at = { y: 7.02, h: 0.3, fontSize: 10, color: colours.soft, margin: 0 }
  slide.addText(cut(footer), { ...at, x: margin, w: width - 1 })
  slide.addText(String(number), { ...at, x: margin + width - 1, w: 1, align: 'right' })
}
