import { type Key, useInput, useStdin } from 'ink'
import { useRef, useState } from 'react'
import type { DashboardActions, DashboardState } from './dashboard-state.ts'

/** What is looked at. */
export interface View {
  readonly page: 'run' | 'client' | 'help'
  /** Index of the group. */
  readonly selected: number
  readonly client: number
}

const ctrlC = '\x03'

/** Follows the keyboard, where there is one. */
export function useKeys(state: DashboardState, actions: DashboardActions): View {
  const [shown, show] = useState<View>({ page: 'run', selected: 0, client: 0 })
  // Keys may come faster than frames: each goes on from where the last one led.
  const current = useRef(shown)
  const { isRawModeSupported } = useStdin()
  useInput(
    (input, key) => {
      // Two that come fast come as one chunk.
      const interrupts = (key.ctrl && input === 'c' ? 1 : 0) + input.split(ctrlC).length - 1 + (input === 'q' ? 1 : 0)
      for (let i = 0; i < interrupts; i++) actions.interrupt()
      if (input === 'p') state.phase === 'paused' ? actions.resume() : actions.pause()
      const view = current.current
      const next = moveView(view, input, key, state)
      if (next === view) return
      current.current = next
      show(next)
      if (next.page === 'client') actions.watch(next.client)
      else if (view.page === 'client') actions.watch(undefined)
    },
    { isActive: isRawModeSupported === true },
  )
  return shown
}

/** Where a key leads. */
export function moveView(
  view: View,
  input: string,
  key: Partial<Key>,
  { groups }: Pick<DashboardState, 'groups'>,
): View {
  if (input === '?') return { ...view, page: view.page === 'help' ? 'run' : 'help' }
  if (key.escape) return view.page === 'run' ? view : { ...view, page: 'run' }
  if (key.upArrow || key.downArrow) {
    const selected = Math.min(groups.length - 1, Math.max(0, view.selected + (key.downArrow ? 1 : -1)))
    return selected === view.selected ? view : { ...view, selected, page: 'run' }
  }
  const group = groups[view.selected]
  if (!group) return view
  if (key.return) return view.page === 'client' ? view : { ...view, page: 'client', client: group.firstClient }
  if (view.page !== 'client' || !(key.leftArrow || key.rightArrow)) return view
  const within = view.client - group.firstClient + (key.rightArrow ? 1 : -1)
  return { ...view, client: group.firstClient + ((within + group.planned) % group.planned) }
}
