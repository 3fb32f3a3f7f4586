import { useStdout } from 'ink'
import { useEffect, useState } from 'react'

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** The terminal's size, also after it has changed. */
export function useTerminalSize(): TerminalSize {
  const { stdout } = useStdout()
  const [size, setSize] = useState(() => sizeOf(stdout))
  useEffect(() => {
    const resize = () => setSize(sizeOf(stdout))
    stdout.on('resize', resize)
    return () => void stdout.off('resize', resize)
  }, [stdout])
  return size
}

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({ columns: columns || 80, rows: rows || 24 })
