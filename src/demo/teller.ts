/** Tells the story in the terminal: a bar and a spinner where there is a screen to redraw, plain lines elsewhere. */
import { styleText } from 'node:util'
import type { Shown } from './stage.ts'

/** `process.stdout`, or what stands for it. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

export interface Teller {
  /** A heading. */
  act(title: string): void
  /** A step begins: shown as under way until `done` or `failed`. */
  begin(title: string): void
  done(shown: Shown, links: readonly string[]): void
  failed(why: string): void
  say(text: string): void
  /** Ends what moves. */
  close(): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const indent = '         '

export function createTeller(screen: Screen, steps: number): Teller {
  const live = screen.isTTY === true
  const width = Math.min(Math.max(screen.columns || 110, 60), 120)
  type Style = Parameters<typeof styleText>[0]
  const styled = (style: Style, text: string) => (live ? styleText(style, text, { validateStream: false }) : text)
  let number = 0
  let title = ''
  let since = 0
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  const clear = () => live && timer && screen.write('\r\u001b[2K')
  const draw = () => {
    const filled = Math.round((24 * (number - 1)) / steps)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`
    const line = ` ${frames[frame++ % frames.length]} ${bar} ${number}/${steps}  ${title}`
    screen.write(`\r\u001b[2K${styled('cyan', line.slice(0, width - 1))}`)
  }
  const rest = () => {
    clear()
    clearInterval(timer)
    timer = undefined
  }
  const line = (text = '') => void screen.write(`${text}\n`)
  const paragraph = (text: string, before: string) => {
    for (const part of text.split('\n').flatMap((own) => wrapped(own, width - before.length))) line(before + part)
  }
  const heading = (sign: string, style: Style) => {
    const took = `${((Date.now() - since) / 1000).toFixed(1)} s`
    const count = `[${String(number).padStart(2)}/${steps}]`
    line(`${styled('dim', count)} ${styled(style, sign)} ${styled('bold', title)}  ${styled('dim', took)}`)
  }

  return {
    act(name) {
      line(styled(['bold', 'cyan'], `── ${name} ${'─'.repeat(Math.max(0, width - name.length - 4))}`))
      line()
    },
    begin(name) {
      number++
      title = name
      since = Date.now()
      if (!live) return
      draw()
      timer = setInterval(draw, 80)
    },
    done({ means, facts = [] }, links) {
      rest()
      heading('✓', 'green')
      paragraph(means, indent)
      for (const fact of facts) line(`${indent}${styled('dim', '│')} ${fact}`)
      for (const link of links) line(`${indent}${styled('dim', '→')} ${styled('cyan', link)}`)
      line()
    },
    failed(why) {
      rest()
      heading('✗', 'red')
      paragraph(why, indent)
      line()
    },
    say(text) {
      rest()
      line(text)
    },
    close: rest,
  }
}

/** Lines of at most so many characters, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
