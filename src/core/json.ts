/** A value that survives JSON without loss. Events, plans and reports are made of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }
