import { roleNamed, type Role } from './device-words.ts'

/** A find that somebody chose: its place among the finds, and what it is to the household. */
export interface ChosenFind {
  readonly at: number
  readonly role: Role
}

/** The choice as it stands in an address, `0.grid,1.plant`: a page that is loaded anew still knows it. */
export function writtenChoice(chosen: readonly ChosenFind[]): string {
  return chosen.map(({ at, role }) => `${at}.${role}`).join(',')
}

/** The choice in an address; what is no choice is passed over. */
export function readChoice(written: string): ChosenFind[] {
  return written.split(',').flatMap((part) => {
    const [at = '', name] = part.split('.')
    const role = roleNamed(name)
    return /^\d{1,3}$/.test(at) && role !== undefined ? [{ at: Number(at), role }] : []
  })
}
