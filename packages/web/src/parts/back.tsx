import { Icon } from './icon.tsx'

/** The way up from a page below another. */
export function Back({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <a class="back" href={to}>
      <Icon name="previous" />
      {children}
    </a>
  )
}
