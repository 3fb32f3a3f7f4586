import findMyWay from 'find-my-way'

export type RoutedMethod = 'GET' | 'POST' | 'DELETE'

const methods: readonly RoutedMethod[] = ['GET', 'POST', 'DELETE']

/** What a path and method lead to, and what stood in the place of the path's `:names`, decoded. */
export interface Found<Route> {
  readonly route: Route
  readonly params: Readonly<Record<string, string | undefined>>
}

/** Leads requests by path and method; `:name` in a path stands for one part of it, of at most `maxParamLength` characters. */
export class HttpRouter<Route> {
  private readonly router

  constructor(maxParamLength: number) {
    this.router = findMyWay({ maxParamLength })
  }

  /** A path that is known already keeps what it leads to. */
  add(method: RoutedMethod, path: string, route: Route): void {
    if (!this.router.hasRoute(method, path)) this.router.on(method, path, () => {}, route)
  }

  find(method: string, path: string): Found<Route> | undefined {
    const found = this.router.find(method as RoutedMethod, path)
    return found ? { route: found.store, params: found.params } : undefined
  }

  /** The methods that a path has: none where it is unknown. */
  methodsOf(path: string): readonly RoutedMethod[] {
    return methods.filter((method) => this.router.find(method, path) !== null)
  }
}
