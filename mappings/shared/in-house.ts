/** What is written down in the resources for ourselves alone: no partner is sent it. */
import { canonicalBase } from './extension.ts'

const base = `${canonicalBase}/StructureDefinition/in-house-`

/** Canonical URL of an extension of our own that never leaves the house. */
export const inHouse = (name: string): string => `${base}${name}`
export const isInHouse = (url: string): boolean => url.startsWith(base)
