/** The path and the query of a request's target, whatever nonsense stands in it: `URL` would throw. */
export function splitTarget(target = '/'): { readonly path: string; readonly query: URLSearchParams } {
  const queryAt = target.indexOf('?')
  if (queryAt < 0) return { path: target, query: new URLSearchParams() }
  return { path: target.slice(0, queryAt), query: new URLSearchParams(target.slice(queryAt + 1)) }
}
