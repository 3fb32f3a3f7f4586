/** The port of a server that does not say another. */
const usualPort = 8000

/** Where a server listens, and the path below which its endpoints are. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** Without a slash at its end: `/api`, or nothing. */
  readonly basePath: string
}

/** `http://10.0.0.7:9000/api`. Without a port it is the usual one of these servers, 8000, and not 80. */
export function parseServerUrl(url: string): ServerAddress {
  const { hostname, port, pathname } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? usualPort : Number(port),
    basePath: pathname.replace(/\/+$/, ''),
  }
}
