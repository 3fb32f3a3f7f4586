import { createRequire } from 'node:module'

/** The version in package.json, which stands two folders up from the source as from the build. */
export const mcsimVersion = (createRequire(import.meta.url)('../../package.json') as { version: string }).version
