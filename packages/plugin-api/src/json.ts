/** Plain JSON: what settings and provenance are made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
