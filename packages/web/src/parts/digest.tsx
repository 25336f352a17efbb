/** A digest that may be compared: whole for the clipboard and the screen reader, broken where it fits for the eye. */
export function Digest({ value }: { readonly value: string }) {
  return <code class="digest">{value}</code>
}
