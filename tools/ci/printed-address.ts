/** The first address of this machine that a text names, such as the one `npm start` prints; it must end before the text does. */
export function printedAddress(text: string): string | undefined {
  return /https?:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?=[\s/])/.exec(text)?.[0]
}
