const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const partBlocks = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One character per value, the latest `width` of them; the highest reaches the top. */
export function drawSparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width)
  const top = Math.max(...shown, 0)
  const levels = shown.map((value) => (top > 0 ? Math.max(value > 0 ? 1 : 0, Math.round((value / top) * 8)) : 0))
  return levels
    .map((level) => eighths[level])
    .join('')
    .padStart(width)
}

/** A horizontal bar of up to `width` characters; whatever is more than nothing can be seen. */
export function drawBar(value: number, top: number, width: number): string {
  if (value <= 0 || top <= 0) return ''
  const parts = Math.max(1, Math.round((Math.min(value, top) / top) * width * 8))
  return '█'.repeat(Math.floor(parts / 8)) + partBlocks[parts % 8]
}
