import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file to look at, or why there is nothing to look at. */
export type ListedFile = { readonly path: string } | { readonly path: string; readonly unread: string }

/** All files of a path, folders recursively, in order of name. Nothing is left out silently. */
export async function* listFiles(path: string): AsyncIterable<ListedFile> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (facts instanceof Error) yield { path, unread: facts.code ?? facts.message }
  else if (facts.isFile()) yield { path }
  else if (facts.isDirectory()) yield* listFolder(path)
  else yield { path, unread: 'neither a file nor a folder' }
}

async function* listFolder(path: string): AsyncIterable<ListedFile> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error)
  if (entries instanceof Error) {
    yield { path, unread: entries.code ?? entries.message }
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name)
    const leadsBack = entry.isSymbolicLink() && (await stat(inside).catch(() => undefined))?.isDirectory()
    if (leadsBack) yield { path: inside, unread: 'a link to a folder, which is not followed' }
    else yield* listFiles(inside)
  }
}
