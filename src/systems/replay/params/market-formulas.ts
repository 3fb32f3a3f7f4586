/**
 * How the derived numbers of a snapshot follow from the books that its session has sent, so that whoever received those
 * can compute them anew. b and a are the best bid and ask prices, B and A the volumes there, n the present snapshot.
 *
 * Of the book alone:
 * - `best_bid` = b, `best_ask` = a, `mid_price` = (b + a) / 2, `spread` = a − b.
 * - `obi`, order-book imbalance over all levels sent: (ΣV_bid − ΣV_ask) / (ΣV_bid + ΣV_ask). Cartea, Jaimungal and
 *   Penalva, Algorithmic and High-Frequency Trading, Cambridge 2015, section 12.4.
 * - `microprice` = (a · B + b · A) / (B + A): the volume-weighted mid. Gatheral and Oomen, Zero-intelligence realized
 *   variance estimation, Finance and Stochastics 14 (2010); Stoikov, The micro-price, Quantitative Finance 18 (2018).
 * - `spoofing_risk` = max over both sides of (largest volume of the levels behind the best one / ΣV of the side).
 * - `regime` = `imbalanced` where |obi| ≥ `imbalancedFrom`, else `wide` where the spread is `wideFromTicks` ticks or more
 *   (rounded to whole ticks), else `calm`.
 *
 * Of the books in their order. A snapshot is *joined* to the one that the session sent before it where both have one mode
 * and one symbol and its `seq` is one more; otherwise, as at the session's first, all of these begin anew with it:
 * - `ofi`, order-flow imbalance: 0 where it is not joined, else
 *       [b_n ≥ b_(n−1)] B_n − [b_n ≤ b_(n−1)] B_(n−1) − [a_n ≤ a_(n−1)] A_n + [a_n ≥ a_(n−1)] A_(n−1)
 *   where [x] is 1 if x holds, else 0. Cont, Kukanov and Stoikov, The price impact of order book events, Journal of
 *   Financial Econometrics 12 (2014), equation 4.
 * - `vpin`: with f_n the whole number nearest to ofi_n, |f_n| is taken for the volume that was traded, by buyers where
 *   f_n > 0 and else by sellers. It fills buckets of `bucketVolume`, what is too much for one going to the next. With τ the
 *   number of full buckets, at most the last `buckets` of them: Σ|V_buy − V_sell| / (τ · bucketVolume), 0 while τ is 0.
 *   Easley, López de Prado and O'Hara, Flow toxicity and liquidity in a high-frequency world, Review of Financial Studies
 *   25 (2012), with flow by order-book events in the place of bulk classification.
 * - `anomalies`: the alerts of the book that the session has not shown in the `alertEvery` snapshots before, in the
 *   order of `alertNames`. `IMBALANCE` is raised where |obi| ≥ `alertImbalance`, `WIDE_SPREAD` where the
 *   spread is `alertTicks` ticks or more (rounded likewise), `LAYERING` where spoofing_risk ≥ `alertSpoofing`.
 *
 * All in double precision; two results are the same where they differ by less than a billionth of the larger one, or of 1.
 */
export const marketFormulas = {
  /** A server that says so with the history of a stream promises these formulas. */
  name: 'mcsim/1',
  tick: 0.01,
  imbalancedFrom: 0.3,
  wideFromTicks: 4,
  bucketVolume: 500,
  buckets: 50,
  alertEvery: 20,
  alertNames: ['IMBALANCE', 'WIDE_SPREAD', 'LAYERING'],
  alertImbalance: 0.5,
  alertTicks: 6,
  alertSpoofing: 0.35,
} as const

/** Snapshots of a history at most: so many a server keeps of a session. */
export const historyLength = 100
