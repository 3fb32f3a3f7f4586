/**
 * What the reference server's decision follows from, so that whoever knows what a device reported can compute it anew.
 *
 * A server keeps for each device two kinds of running means, and nothing of any other device enters them:
 *
 * - **Layer seconds**, one mean per layer of the device's present model. The first report of a layer is its mean; each
 *   later one moves it: `mean ← mean + alpha · (reported − mean)`. A report of layer k has layers 0…k; one of layer -1
 *   has all. A layer that was never reported counts with the model's nominal `deviceSeconds`.
 * - **Pace**, in seconds per byte. It begins as `initialPace`, and each report moves it:
 *   `pace ← pace + alpha · (measured − pace)`, where `measured = clamp(transferSeconds / bytes, fastestPace, slowestPace)`,
 *   `bytes` is the size of the whole record, and `transferSeconds` is the moment at which the server had all of it, on
 *   the server's clock, minus the record's own time. Only the server can measure that, so it says what it measured in
 *   its answer, as `transfer_seconds` before the clamp, and with `transfer_clamped: true` where the clamp acted: a device
 *   whose clock is wrong by more than a transfer takes always ends at one end, and harms nobody but itself.
 *
 * With L layers, numbered from 0, the decision is the smallest k that minimises
 *
 *     Σ(i ≤ k) layerSeconds(i)  +  outputBytes(k) · pace  +  Σ(i > k) edgeSeconds(i)
 *
 * and L − 1 before the device's first report with its present model. Sums are in double precision; costs that differ by
 * less than a billionth of the smaller one may be taken in either order. A device that gets another model begins anew
 * with its layers and keeps its pace. Records that are refused (400, 403, 404) change nothing.
 */
export const offloadingRules = {
  alpha: 0.2,
  /** 1 MB/s. */
  initialPace: 1 / 1e6,
  /** 100 MB/s. */
  fastestPace: 1 / 1e8,
  /** 10 kB/s. */
  slowestPace: 1 / 1e4,
} as const
