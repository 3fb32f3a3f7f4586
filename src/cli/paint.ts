import { styleText } from 'node:util'

/** Colours by meaning; each returns the text as it is where the output shows none. */
export function createPaint(hasColour: boolean) {
  const style = (format: 'green' | 'red' | 'yellow' | 'bold' | 'dim') => (text: string) =>
    hasColour ? styleText(format, text, { validateStream: false }) : text
  return {
    good: style('green'),
    bad: style('red'),
    doubtful: style('yellow'),
    strong: style('bold'),
    dim: style('dim'),
  }
}

export type Paint = ReturnType<typeof createPaint>
