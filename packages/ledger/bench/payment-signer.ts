import { benchTown } from './bench-town.ts'

// Run as a child: the first message asks for the founding of a town, each later one for so many payments of its members.
// Members sign on their own boxes: a steward's memory and time hold nothing of it.
const MEMBERS = 1101
const town = benchTown(MEMBERS)
let paid = 0
process.once('message', () => {
  process.send?.([town.founding()])
  process.on('message', (count: number) => {
    process.send?.(Array.from({ length: count }, () => town.payment(paid++ % MEMBERS)))
  })
})
